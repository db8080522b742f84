import { useState } from 'preact/hooks';
import { href } from '../router';
import type { Room } from '../room';
import { t } from '../words';
import { BuySheet, type Choice } from './buy';
import { Picture } from './picture';
import { money, Price, Was } from './price';
import { Sheet } from './sheet';

/** The room's goods, in the host's order. A stream that all watch tells no price of one's own; the checkout does. */
export function Shelf({ room, close }: { room: Room; close: () => void }) {
  const [choice, setChoice] = useState<Choice>();
  return (
    <Sheet title={t.shelfN(room.shelf.length)} close={close}>
      <ol class="shelf">
        {room.shelf.map((product, i) => {
          const sells = product.visible && product.skus.some((sku) => sku.available);
          return (
            <li key={product.id}>
              <a href={href('product', product.id)}><Picture of={product.media[0]} alt={product.title} /><b class="at" aria-hidden="true">{i + 1}</b></a>
              <span><b>{product.title}</b>
                <span class="card-prices">{product.price.sale && <Price of={product.price.sale} />}{product.price.list && <Was of={product.price.list} label={t.listPrice} />}</span>
                {product.groupBuyCampaigns[0]?.offers[0] && <a class="badge-group" href={href('product', product.id, { campaign: product.groupBuyCampaigns[0].id })}>{t.people(product.groupBuyCampaigns[0].size)} {money(product.groupBuyCampaigns[0].offers[0].price)}</a>}</span>
              <button class="primary small" disabled={!sells} aria-label={`${t.buyNow} ${product.title}`} onClick={() => setChoice({ product: { ...product, media: product.media.map((one) => ({ kind: 'IMAGE' as const, ...one })), skus: product.skus.flatMap((sku) => (sku.price.sale ? [{ ...sku, price: { best: sku.price.live ?? sku.price.sale } }] : [])) } })}>{sells ? t.grab : t.soldOut}</button>
            </li>
          );
        })}
      </ol>
      {choice && <BuySheet choice={choice} close={() => setChoice(undefined)} />}
    </Sheet>
  );
}
