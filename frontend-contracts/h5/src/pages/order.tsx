import '../style/shop.css';
import { OrderCancelDocument, OrderChangedDocument, OrderCompleteDocument, OrderDocument, RefundRequestDocument, type OrderQuery } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { client, done, useQuery, useSubscription } from '../api';
import { href } from '../router';
import { Bar } from '../ui/bar';
import { Act } from '../ui/button';
import { Countdown } from '../ui/countdown';
import { PaySheet } from '../ui/pay';
import { Picture } from '../ui/picture';
import { money, Price } from '../ui/price';
import { ShareSheet } from '../ui/share';
import { Sheet } from '../ui/sheet';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { Following } from '../ui/status';
import { toast } from '../ui/toast';
import { t, when } from '../words';

type It = NonNullable<OrderQuery['order']>;

const REFUNDABLE = ['AWAITING_GROUP', 'PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED'];

export function Order({ id }: { id: string; params: URLSearchParams }) {
  const { data, error, reload, set } = useQuery(OrderDocument, { id }, { mine: true });
  const [sheet, setSheet] = useState<'pay' | 'refund' | 'share'>();
  const order = data?.order;
  // An answer and an event may cross: what is older than what is shown is dropped.
  const show = (now: It | null) => { if (now && order && now.version >= order.version) set((was) => ({ ...was, order: now })); };
  const status = useSubscription(OrderChangedDocument, order ? { id } : null, ({ orderUpdated }) => show(orderUpdated));
  if (!data) return <><Bar title={t.order} />{error ? <Failed error={error} again={reload} /> : <Skeleton rows={5} />}</>;
  if (!order) return <><Bar title={t.order} /><Empty text={t.noOrder} href="#/orders" link={t.orders} /></>;
  const close = () => setSheet(undefined);
  const share = order.groupBuy?.state === 'OPEN' ? order.groupBuy.share : null;
  return (
    <div class="order-page">
      <Bar title={t.order}><Following status={status} /></Bar>
      <section class={`panel order-state ${order.state}`} data-state={order.state}>
        <h2 role="status">{t.states[order.state]}</h2>
        <p>{order.state === 'PENDING_PAYMENT' && order.payment ? <>{t.payBy} <Countdown until={order.payment.expiresAt} done={reload} /></> : t.stateNotes[order.state]}</p>
        <Price of={order.total} class="large" />
      </section>
      {order.groupBuy && <a class="panel line-link" href={href('group', order.groupBuy.id)}><b>{t.groupStates[order.groupBuy.state]}</b><span>{t.progress(order.groupBuy.paidSeats, order.groupBuy.capacity)}</span>{t.toGroup} ›</a>}
      <div class="actions">
        {order.state === 'PENDING_PAYMENT' && <button class="primary wide" onClick={() => setSheet('pay')}>{t.payNow}</button>}
        {share && <button class="primary wide" onClick={() => setSheet('share')}>{t.inviteNow}</button>}
        {(order.state === 'SHIPPED' || order.state === 'DELIVERED') && <Act class="primary wide" run={async () => show(done((await client.mutate(OrderCompleteDocument, { input: { orderId: id } })).orderComplete).order)}>{t.receive}</Act>}
        {order.state === 'PENDING_PAYMENT' && <Act class="ghost wide" run={async () => show(done((await client.mutate(OrderCancelDocument, { input: { orderId: id } })).orderCancel).order)}>{t.cancelOrder}</Act>}
        {REFUNDABLE.includes(order.state) && <button class="ghost wide" onClick={() => setSheet('refund')}>{t.refund}</button>}
      </div>
      <Parts order={order} />
      {sheet === 'pay' && <PaySheet order={order} payment={order.payment ? { ...order.payment, parameters: [] } : null} left={() => { close(); reload(); }} />}
      {sheet === 'refund' && <RefundSheet order={order} close={close} show={show} />}
      {sheet === 'share' && share && <ShareSheet link={share} close={close} />}
    </div>
  );
}

function Parts({ order }: { order: It }) {
  return (
    <>
      <section class="panel">
        {order.lines.map((line) => (
          <a class="goods-line" key={line.id} href={href('product', line.sku.product.id)}>
            <Picture of={line.media} /><span><b>{line.title}</b><small>{line.sku.title}</small><span class="card-prices"><Price of={line.unitPrice} /> <small>× {line.quantity}</small></span></span>
          </a>
        ))}
        <div class="sums">
          <p class="row"><span>{t.goods}</span><span>{money(order.subtotal)}</span></p>
          {order.adjustments.map(({ title, amount }, i) => <p class="row less" key={i}><span>{title}</span><span>{money(amount)}</span></p>)}
          <p class="row"><span>{t.shipping}</span><span>{Number(order.shipping.amount) ? money(order.shipping) : t.freeShipping}</span></p>
          {order.pointsUsed > 0 && <p class="row"><span>{t.pointsUsed}</span><span>{t.points(order.pointsUsed)}</span></p>}
          <p class="row strong"><span>{t.total}</span><Price of={order.total} /></p>
          {order.pointsEarned > 0 && <p class="note">{t.earns(order.pointsEarned)}</p>}
        </div>
      </section>
      {order.refunds.length > 0 && (
        <section class="panel"><h2>{t.refunds}</h2>{order.refunds.map((refund) => (
          <p class="row" key={refund.id}><span>{refund.reason}<small> {when(refund.requestedAt)}</small></span><span>{money(refund.amount)}{refund.points > 0 && ` + ${t.points(refund.points)}`} · {t.refundStates[refund.state]}</span></p>
        ))}</section>
      )}
      {order.shipments.length > 0 && (
        <section class="panel"><h2>{t.shipment}</h2>{order.shipments.map(({ carrier, trackingNumber, events }) => (
          <div key={trackingNumber}><p class="row"><b>{carrier}</b><span>{trackingNumber}</span></p><ol class="timeline">{events.map(({ at, text }) => <li key={at}><b>{text}</b><small>{when(at)}</small></li>)}</ol></div>
        ))}</section>
      )}
      <section class="panel"><h2>{t.timeline}</h2><ol class="timeline">{[...order.timeline].reverse().map(({ state, at, note }) => <li key={at + state}><b>{t.states[state]}</b>{note && <span>{note}</span>}<small>{when(at)}</small></li>)}</ol></section>
      <section class="panel small">
        {order.address && <p class="row"><span>{t.deliverTo}</span><span>{order.address.recipient} {order.address.phone}<br />{order.address.region.join(' ')} {order.address.street}</span></p>}
        <p class="row"><span>{t.number}</span><span>{order.number}</span></p><p class="row"><span>{t.placedAt}</span><span>{when(order.placedAt)}</span></p>
        {order.note && <p class="row"><span>{t.note}</span><span>{order.note}</span></p>}
      </section>
    </>
  );
}

function RefundSheet({ order, close, show }: { order: It; close: () => void; show: (order: It | null) => void }) {
  const [why, setWhy] = useState(t.refundReasons[0]);
  async function ask() {
    const wish = { orderId: order.id, reason: why };
    const answer = await client.keyed(`refund:${JSON.stringify(wish)}`, (key) => client.mutate(RefundRequestDocument, { input: { ...wish, idempotencyKey: key } }));
    show(done(answer.refundRequest).order);
    toast(t.refundSent);
    close();
  }
  return (
    <Sheet title={t.refund} close={close}>
      <p class="note">{t.refundWhole} · {money(order.total)}</p>
      <fieldset class="options"><legend>{t.refundWhy}</legend>{t.refundReasons.map((each) => <label key={each}><input type="radio" name="why" checked={each === why} onChange={() => setWhy(each)} /><span>{each}</span></label>)}</fieldset>
      <Act class="primary wide" run={ask}>{t.refund}</Act>
    </Sheet>
  );
}
