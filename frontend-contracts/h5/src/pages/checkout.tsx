import '../style/shop.css';
import { CheckoutDocument, OrderPlaceDocument, type OrderPlaceMutation, type QuoteStateFragment } from '@kaituan/client';
import { useRef, useState } from 'preact/hooks';
import { client, done, Refused, useQuery } from '../api';
import { forget, goods } from '../checkout';
import { href, instead } from '../router';
import { Addresses } from '../ui/addresses';
import { Bar } from '../ui/bar';
import { Act } from '../ui/button';
import { PaySheet } from '../ui/pay';
import { Picture } from '../ui/picture';
import { money, Price } from '../ui/price';
import { Sheet } from '../ui/sheet';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { toast } from '../ui/toast';
import { t } from '../words';

type Placed = OrderPlaceMutation['orderPlace'];

export function Checkout(_: { id: string; params: URLSearchParams }) {
  const [wanted] = useState(goods);
  return wanted ? <Form wanted={wanted} /> : <><Bar title={t.confirmOrder} /><Empty text={t.nothingToBuy} href="#/" link={t.goShopping} /></>;
}

function Form({ wanted }: { wanted: NonNullable<ReturnType<typeof goods>> }) {
  const [coupon, setCoupon] = useState('');
  const [points, setPoints] = useState(0);
  const [addressId, setAddressId] = useState<string>();
  const [note, setNote] = useState('');
  const [changed, setChanged] = useState<QuoteStateFragment>();
  const [placed, setPlaced] = useState<Placed>();
  const input = { ...wanted, couponIds: coupon ? [coupon] : [], usePoints: points };
  const answer = useQuery(CheckoutDocument, { input }, { mine: true });
  // While another choice is being priced, the page stays as it is.
  const last = useRef(answer.data);
  if (answer.data) last.current = answer.data;
  const data = last.current;
  if (!data) return <><Bar title={t.confirmOrder} />{answer.error ? <Failed error={answer.error} again={answer.reload} /> : <Skeleton rows={6} />}</>;
  const { quote, userErrors: [refusal] } = data.checkoutQuote;
  if (!quote) return <><Bar title={t.confirmOrder} /><Empty text={refusal?.message ?? ''} href="#/" link={t.goShopping} /></>;
  const addresses = data.me?.addresses ?? [];
  const address = addressId ?? (addresses.find((each) => each.isDefault) ?? addresses[0])?.id;

  // The same order sent twice (a second tap, a lost answer) has the same key and so is one order.
  async function place(seen: QuoteStateFragment) {
    if (!address) return toast(t.addressFirst);
    const checkout = { ...input, addressId: address };
    try {
      const wish = { checkout, expectedTotal: seen.total.amount, expectedPoints: seen.pointsUsed, note: note.trim() || null };
      const answered = await client.keyed(`order:${JSON.stringify(wish)}`, (key) => client.mutate(OrderPlaceDocument, { input: { ...wish, idempotencyKey: key } }));
      const now = done(answered.orderPlace);
      setChanged(undefined);
      forget();
      if (now.order!.state === 'PENDING_PAYMENT') setPlaced(now);
      else leave(now.order!);
    } catch (error) {
      const now = error instanceof Refused && error.code === 'PRICE_CHANGED' && (error.payload as Placed).quote;
      if (!now) throw error;
      setChanged(now);
    }
  }
  const leave = (order: { id: string; groupBuy: { id: string } | null }) => instead(order.groupBuy ? href('group', order.groupBuy.id) : href('order', order.id));

  return (
    <div class="checkout" aria-busy={!answer.data}>
      <Bar title={t.confirmOrder} />
      <Addresses list={addresses} chosen={address} choose={setAddressId} saved={async (id) => { setAddressId(id); await answer.reload(); }} />
      <section class="panel">
        {quote.lines.map(({ sku, quantity, unitPrice, discount, total }) => (
          <div class="goods-line" key={sku.id}>
            <Picture of={sku.media ?? sku.product.media[0]} />
            <span><b>{sku.product.title}</b><small>{sku.title}</small><span class="card-prices"><Price of={unitPrice} /> <small>× {quantity}</small></span>{Number(discount.amount) !== 0 && <small>{money(total)}</small>}</span>
          </div>
        ))}
        <label class="row"><span>{t.note}</span><input value={note} onInput={(event) => setNote(event.currentTarget.value)} placeholder={t.noteHint} maxLength={200} /></label>
      </section>
      <Savings quote={quote} coupon={coupon} setCoupon={setCoupon} points={points} setPoints={setPoints} />
      <section class="panel sums" aria-label={t.total}>
        <p class="row"><span>{t.goods}</span><span>{money(quote.subtotal)}</span></p>
        {quote.adjustments.map(({ title, amount }, i) => <p class="row less" key={i}><span>{title}</span><span>{money(amount)}</span></p>)}
        <p class="row"><span>{t.shipping}</span><span>{Number(quote.shipping.amount) ? money(quote.shipping) : t.freeShipping}</span></p>
        {quote.pointsUsed > 0 && <p class="row"><span>{t.pointsUsed}</span><span>{t.points(quote.pointsUsed)}</span></p>}
        {quote.notices.map(({ message }, i) => <p class="note" key={i} role="status">{message}</p>)}
        {quote.pointsEarned > 0 && <p class="note">{t.earns(quote.pointsEarned)}</p>}
      </section>
      <div class="buy-bar">
        <span class="total">{t.total} <Price of={quote.total} class="large" /></span>
        <Act class="primary" run={() => place(quote)} disabled={!answer.data}>{t.submit}</Act>
      </div>
      {changed && (
        <Sheet title={t.priceChanged} close={() => setChanged(undefined)}>
          <p class="centre"><del>{t.priceWas(money(quote.total))}</del></p>
          <p class="centre hero-price">{t.priceIs} <Price of={changed.total} class="huge" /></p>
          <Act class="primary wide" run={() => place(changed)}>{t.buyAnyway}</Act>
          <button class="ghost wide" onClick={() => { setChanged(undefined); answer.reload(); }}>{t.think}</button>
        </Sheet>
      )}
      {placed?.order && <PaySheet order={placed.order} payment={placed.payment} left={leave} />}
    </div>
  );
}

/** A coupon and points, each with what it saves; what cannot be used says why. */
function Savings({ quote, coupon, setCoupon, points, setPoints }: { quote: QuoteStateFragment; coupon: string; setCoupon: (id: string) => void; points: number; setPoints: (n: number) => void }) {
  return (
    <section class="panel savings">
      <fieldset>
        <legend>{t.coupon}</legend>
        {quote.coupons.length === 0 && <p class="note">{t.noCoupons} <a href="#/me">{t.claimable}</a></p>}
        {quote.coupons.length > 0 && <label><input type="radio" name="coupon" value="" checked={!coupon} onChange={() => setCoupon('')} /><span>{t.noCoupon}</span></label>}
        {quote.coupons.map(({ coupon: { id, template }, saves, refusal }) => (
          <label key={id} class={refusal ? 'gone' : ''}>
            <input type="radio" name="coupon" value={id} checked={coupon === id} disabled={Boolean(refusal) && coupon !== id} onChange={() => setCoupon(id)} />
            <span>{template.title}</span><small>{refusal ?? `-${money(saves)}`}</small>
          </label>
        ))}
      </fieldset>
      <label class="row">
        <span>{quote.pointsUsable > 0 ? t.usePoints(quote.pointsUsable) : t.noPoints}</span>
        <input type="checkbox" role="switch" name="points" checked={points > 0} disabled={!quote.pointsUsable && !points} onChange={({ currentTarget }) => setPoints(currentTarget.checked ? quote.pointsUsable : 0)} />
      </label>
    </section>
  );
}
