import '../style/shop.css';
import { OrdersDocument, type OrdersQuery, type OrderState } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { client, useQuery } from '../api';
import { href, instead } from '../router';
import { Bar } from '../ui/bar';
import { Act } from '../ui/button';
import { Countdown } from '../ui/countdown';
import { Picture } from '../ui/picture';
import { Price } from '../ui/price';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { t, when } from '../words';

const filters: Record<keyof typeof t.filters, OrderState[] | null> = {
  all: null, pay: ['PENDING_PAYMENT'], group: ['AWAITING_GROUP'], ship: ['PAID'], receive: ['SHIPPED', 'DELIVERED'], refund: ['REFUNDING', 'REFUNDED'],
};

type Card = NonNullable<OrdersQuery['me']>['orders']['nodes'][number];

export function Orders({ params }: { id: string; params: URLSearchParams }) {
  const filter = (params.get('show') ?? 'all') as keyof typeof filters;
  const states = filters[filter] ?? null;
  const { data, error, reload } = useQuery(OrdersDocument, { states }, { mine: true });
  const [more, setMore] = useState<NonNullable<OrdersQuery['me']>['orders'][]>([]);
  useEffect(() => setMore([]), [data]);
  const counts = data?.me?.orderCounts ?? [];
  const count = (of: OrderState[] | null) => counts.filter(({ state }) => of?.includes(state)).reduce((sum, { count: n }) => sum + n, 0);
  const pages = data?.me ? [data.me.orders, ...more] : [];
  const last = pages.at(-1);
  const nodes = pages.flatMap((page) => page.nodes);
  return (
    <>
      <Bar title={t.orders} />
      <div class="chips sorts" role="group" aria-label={t.orders}>
        {(Object.keys(filters) as (keyof typeof filters)[]).map((each) => (
          <button key={each} aria-pressed={each === filter} onClick={() => instead(href('orders', '', { show: each }))}>{t.filters[each]}{['pay', 'group', 'receive'].includes(each) && count(filters[each]) > 0 && <b class="count-badge"> {count(filters[each])}</b>}</button>
        ))}
      </div>
      {!data && (error ? <Failed error={error} again={reload} /> : <Skeleton rows={4} />)}
      {data && !nodes.length && <Empty text={t.ordersEmpty} href="#/" link={t.goShopping} />}
      <ul class="order-list">{nodes.map((order) => <li key={order.id}><OrderRow order={order} /></li>)}</ul>
      {last?.pageInfo.hasNextPage && (
        <div class="foot"><Act class="ghost" run={async () => { const { me } = await client.query(OrdersDocument, { states, after: last.pageInfo.endCursor }); if (me) setMore([...more, me.orders]); }}>{t.more}</Act></div>
      )}
    </>
  );
}

const OrderRow = ({ order }: { order: Card }) => (
  <a class="panel order-row" href={href('order', order.id)}>
    <span class="row"><small>{when(order.placedAt)} · {order.number}</small><b class={`state ${order.state}`}>{t.states[order.state]}</b></span>
    {order.lines.map((line) => <span class="goods-line" key={line.id}><Picture of={line.media} /><span><b>{line.title}</b><small>× {line.quantity}</small></span></span>)}
    <span class="row">
      <small>{order.state === 'PENDING_PAYMENT' && order.payment ? <>{t.payBy} <Countdown until={order.payment.expiresAt} /></> : order.groupBuy?.state === 'OPEN' ? t.lacking(order.groupBuy.seatsLeft) : ''}</small>
      <span>{t.total} <Price of={order.total} /></span>
    </span>
  </a>
);
