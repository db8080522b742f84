import { LiveOfferEndDocument, LiveOfferStartDocument } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { money } from '@h5/ui/price';
import { act, client } from '../api';
import { Count, Left } from '../parts';
import type { Room } from '../room';
import { t } from '../words';

export function Offers({ room }: { room: Room }) {
  const skus = room.shelf.flatMap((product) => product.skus.map((sku) => ({ ...sku, name: `${product.title} ${sku.title}` })));
  const [skuId, setSku] = useState('');
  const [price, setPrice] = useState('');
  const [quota, setQuota] = useState(10);
  const [seconds, setSeconds] = useState(300);
  const sku = skus.find(({ id }) => id === skuId) ?? skus[0];
  async function start(event: Event) {
    event.preventDefault();
    const input = { roomId: room.id, skuId: sku.id, price, quota, seconds };
    const done = await client.keyed(`offer:${JSON.stringify(input)}`, (idempotencyKey) => act(LiveOfferStartDocument, { input: { idempotencyKey, ...input } }));
    if (done) setPrice('');
  }
  return (
    <section class="card offers" aria-label={t.offers}>
      <h2>{t.offers}</h2>
      <ul>
        {room.offers.filter(({ offerState }) => offerState !== 'ENDED').map(({ id, price: at, left, quota: of, offerState, endsAt, sku: { title, product } }) => (
          <li key={id} class="row item on">
            <div class="grow"><p class="one">{product.title} {title}</p><small><b>{money(at)}</b> · {offerState === 'SOLD_OUT' ? t.soldOut : `${t.left} ${left}/${of}`} · <Left until={endsAt} /></small></div>
            <button class="small" onClick={() => act(LiveOfferEndDocument, { input: { offerId: id } })}>{t.stop}</button>
          </li>
        ))}
      </ul>
      {room.state === 'LIVE' && sku && (
        <form onSubmit={start} class="fields">
          <label class="whole">{t.sku}<select value={sku.id} onChange={(event) => setSku(event.currentTarget.value)}>{skus.map(({ id, name, price: { sale } }) => <option key={id} value={id}>{name} · {money(sale)}</option>)}</select></label>
          <label><span>{t.price} <kbd>O</kbd></span><input data-key="o" inputMode="decimal" pattern="\d+(\.\d{1,2})?" required placeholder={sku.price.sale.amount} value={price} onInput={(event) => setPrice(event.currentTarget.value)} /></label>
          <Count label={t.quota} value={quota} set={setQuota} most={1_000_000} />
          <Count label={t.seconds} value={seconds} set={setSeconds} most={86_400} />
          <button class="primary">{t.run}</button>
        </form>
      )}
    </section>
  );
}
