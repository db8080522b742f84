import type { CampaignCardFragment, ProductDetailFragment } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { checkOut } from '../checkout';
import { t } from '../words';
import { Picture } from './picture';
import { money, Price, times, type Amount } from './price';
import { Sheet } from './sheet';
import { Stepper } from './stepper';
import { Act } from './button';

/** What is bought, and how; `group` joins that one, without it `campaign` opens one. */
export interface Choice {
  product: Pick<ProductDetailFragment, 'title' | 'media'> & { skus: BuyableSku[] };
  campaign?: CampaignCardFragment & { perShopperLimit?: number };
  group?: string;
  /** In the place of going to the checkout. */
  take?: (skuId: string, quantity: number) => Promise<unknown>;
}

export interface BuyableSku {
  id: string;
  title: string;
  available: boolean;
  stock?: number | null;
  price: { best: Amount };
  pointsPrice?: { points: number; money: Amount | null } | null;
  media?: ProductDetailFragment['media'][number] | { url: string; width: number | null; height: number | null; alt: string | null } | null;
}

const MOST = 99;

/** Chooses a SKU and how many of it. */
export function BuySheet({ choice: { product, campaign, group, take }, close }: { choice: Choice; close: () => void }) {
  const offerOf = (sku: BuyableSku) => campaign?.offers.find((offer) => offer.sku.id === sku.id);
  const skus = campaign ? product.skus.filter(offerOf) : product.skus;
  const [sku, setSku] = useState(skus.find((each) => each.available) ?? skus[0]);
  const [quantity, setQuantity] = useState(1);
  const [inPoints, setInPoints] = useState(false);
  const offer = offerOf(sku);
  const each = offer?.price ?? sku.price.best;
  const most = Math.max(1, Math.min(campaign?.perShopperLimit ?? MOST, sku.stock ?? MOST));
  const points = !campaign && !take && inPoints ? sku.pointsPrice : null;

  async function next() {
    if (take) await take(sku.id, quantity);
    else if (campaign) checkOut({ groupBuy: { ...(group ? { groupBuyId: group } : { campaignId: campaign.id }), skuId: sku.id, quantity } });
    else checkOut({ lines: [{ skuId: sku.id, quantity, payWithPoints: Boolean(points) }] });
    close();
  }
  return (
    <Sheet title={t.choose} close={close} class="buy">
      <div class="buy-head">
        <Picture of={sku.media ?? product.media[0]} />
        <div>
          <Price of={each} class="large" />
          {campaign && <small>{t.alonePrice} {money(sku.price.best)}</small>}
          <p>{product.title}</p>
          {sku.stock != null && <small>{t.stock(sku.stock)}</small>}
        </div>
      </div>
      <fieldset class="options">
        <legend>{t.choose}</legend>
        {skus.map((each) => (
          <label key={each.id} class={each.available ? '' : 'gone'}>
            <input type="radio" name="sku" checked={each === sku} disabled={!each.available} onChange={() => { setSku(each); setQuantity(1); }} />
            <span>{each.title || product.title}{!each.available && ` · ${t.soldOut}`}</span>
          </label>
        ))}
      </fieldset>
      {!campaign && !take && sku.pointsPrice && (
        <fieldset class="options">
          <legend>{t.payWith}</legend>
          <label><input type="radio" name="way" checked={!inPoints} onChange={() => setInPoints(false)} /><span>{money(sku.price.best)}</span></label>
          <label><input type="radio" name="way" checked={inPoints} onChange={() => setInPoints(true)} /><span>{t.points(sku.pointsPrice.points)}{sku.pointsPrice.money && ` + ${money(sku.pointsPrice.money)}`}</span></label>
        </fieldset>
      )}
      <div class="row"><span>{t.quantity}{campaign?.perShopperLimit && <small> · {t.perShopper(campaign.perShopperLimit)}</small>}</span><Stepper value={quantity} most={most} change={setQuantity} name={product.title} /></div>
      <Act class="primary wide" run={next} disabled={!sku.available}>
        {sku.available ? <>{take ? t.addToCart : t.next} · {points ? t.points(points.points * quantity) : money(times(each, quantity))}</> : t.soldOut}
      </Act>
    </Sheet>
  );
}
