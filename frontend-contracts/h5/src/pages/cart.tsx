import '../style/shop.css';
import { CartDocument, CartLinesSetDocument, type CartLineInput, type CartQuery } from '@kaituan/client';
import { useEffect } from 'preact/hooks';
import { client, done, reason, useQuery } from '../api';
import { checkOut } from '../checkout';
import { href } from '../router';
import { Bar } from '../ui/bar';
import { ProductCard } from '../ui/cards';
import { Icon } from '../ui/icons';
import { Picture } from '../ui/picture';
import { money, Price } from '../ui/price';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { Stepper } from '../ui/stepper';
import { countCart } from '../ui/tabs';
import { toast } from '../ui/toast';
import { t } from '../words';

type Line = NonNullable<CartQuery['me']>['cart']['lines'][number];

const MOST = 99;

export function Cart(_: { id: string; params: URLSearchParams }) {
  const { data, error, reload, set } = useQuery(CartDocument, {}, { mine: true });
  const cart = data?.me?.cart;
  useEffect(() => countCart(cart), [cart]);
  if (!cart) return <><Bar title={t.cart} />{error ? <Failed error={error} again={reload} /> : <Skeleton rows={4} />}</>;
  async function change(line: CartLineInput) {
    try {
      const { cart: now } = done((await client.mutate(CartLinesSetDocument, { input: { lines: [line] } })).cartLinesSet);
      set((was) => ({ ...was, me: { ...was.me!, cart: now! } }));
    } catch (failed) {
      toast(reason(failed));
    }
  }
  const selected = cart.lines.filter((line) => line.selected && line.sku.available && line.sku.product.visible);
  const also = data.feed.edges.flatMap(({ node, reason: why }) => (node.__typename === 'Product' ? [{ node, why }] : []));
  return (
    <div class="cart">
      <Bar title={t.cart} />
      {cart.lines.length === 0 && <Empty text={t.cartEmpty} href="#/" link={t.goShopping} />}
      {cart.lines.length > 0 && (
        <>
          <ul class="panel cart-lines">{cart.lines.map((line) => <CartRow key={line.sku.id} line={line} change={change} />)}</ul>
          {cart.quote.notices.map(({ message }, i) => <p class="note" key={i} role="status">{message}</p>)}
        </>
      )}
      {also.length > 0 && <section><h2 class="section">{t.forYou}</h2><div class="grid">{also.map(({ node, why }) => <ProductCard key={node.id} product={node} reason={why} />)}</div></section>}
      {cart.lines.length > 0 && (
        <div class="buy-bar">
          <span class="total">{t.total} <Price of={cart.quote.total} class="large" />{cart.quote.pointsEarned > 0 && <small>{t.earns(cart.quote.pointsEarned)}</small>}</span>
          <button class="primary" disabled={!selected.length} onClick={() => checkOut({})}>{t.checkoutN(selected.length)}</button>
        </div>
      )}
    </div>
  );
}

function CartRow({ line: { sku, quantity, selected }, change }: { line: Line; change: (line: CartLineInput) => Promise<void> }) {
  const sells = sku.available && sku.product.visible;
  return (
    <li class={sells ? '' : 'gone'}>
      <input type="checkbox" checked={selected && sells} disabled={!sells} aria-label={`${t.select} ${sku.product.title}`} onChange={({ currentTarget }) => change({ skuId: sku.id, quantity, selected: currentTarget.checked })} />
      <a href={href('product', sku.product.id)}><Picture of={sku.media ?? sku.product.media[0]} alt={sku.product.title} /></a>
      <div>
        <a href={href('product', sku.product.id)}><b>{sku.product.title}</b></a><small>{sku.title}{!sells && ` · ${sku.product.visible ? t.soldOut : t.offShelf}`}</small>
        <div class="row"><Price of={sku.price.best} />{sku.price.member && <small class="member">{t.memberPrice} {money(sku.price.member)}</small>}<Stepper value={quantity} most={MOST} change={(n) => change({ skuId: sku.id, quantity: n, selected })} name={sku.product.title} /></div>
      </div>
      <button class="plain" onClick={() => change({ skuId: sku.id, quantity: 0, selected: false })} aria-label={`${t.remove} ${sku.product.title}`}><Icon name="close" size={16} /></button>
    </li>
  );
}
