import type { AssistCardFragment, CampaignCardFragment, ProductCardFragment, RoomCardFragment } from '@kaituan/client';
import type { ComponentChildren } from 'preact';
import { href } from '../router';
import { t } from '../words';
import { Icon } from './icons';
import { Picture } from './picture';
import { cheaper, money, Price, Was } from './price';
import { rewardOf } from './reward';

type Reason = { code: string; text: string };
const Why = ({ of }: { of?: Reason }) => (of ? <em class={`why ${of.code}`}>{of.text}</em> : null);

const Frame = ({ to, kind = '', children }: { to: string; kind?: string; children: ComponentChildren }) => <a class={`card ${kind}`} href={to}>{children}</a>;

export function ProductCard({ product, reason, lazy }: { product: ProductCardFragment; reason?: Reason; lazy?: boolean }) {
  const { price, proof, scarcity } = product;
  const gone = !product.skus.some((sku) => sku.available);
  const list = price.list && cheaper(price.best, price.list) ? price.list : null;
  return (
    <Frame to={href('product', product.id)} kind={gone ? 'gone' : ''}>
      <span class="card-picture"><Picture of={product.media[0]} lazy={lazy} /><Why of={reason} />{gone && <strong class="sold-out">{t.soldOut}</strong>}</span>
      <span class="card-title">{product.title}</span>
      <span class="tags">{product.tags.slice(0, 2).map((tag) => <i key={tag}>{tag}</i>)}</span>
      <span class="card-prices"><Price of={price.best} />{list && <Was of={list} label={t.was} />}{price.group && <b class="badge-group">{t.groupPrice} {money(price.group)}</b>}</span>
      <span class="proof">{scarcity ? <b class={scarcity.level}>{t.left(scarcity.unitsLeft)}</b> : proof.buyingNow > 1 ? t.buying(proof.buyingNow) : proof.soldCount > 0 ? t.sold(proof.soldCount) : ' '}</span>
    </Frame>
  );
}

export function CampaignCard({ campaign, reason, lazy }: { campaign: CampaignCardFragment & { product: ProductCardFragment }; reason?: Reason; lazy?: boolean }) {
  const { product, offers: [offer] } = campaign;
  return (
    <Frame to={href('product', product.id, { campaign: campaign.id })} kind="group">
      <span class="card-picture"><Picture of={product.media[0]} lazy={lazy} /><Why of={reason} /><b class="size"><Icon name="people" size={14} />{t.people(campaign.size)}</b></span>
      <span class="card-title">{campaign.title}</span>
      <span class="tags">{campaign.newCustomersOnly && <i>{t.newOnly}</i>}{campaign.leaderReward && <i>{rewardOf(campaign.leaderReward)}</i>}</span>
      {offer && <span class="card-prices"><small class="label">{t.groupPrice}</small><Price of={offer.price} /><Was of={product.price.best} label={t.alonePrice} /></span>}
      <span class="proof">{product.proof.soldCount > 0 ? t.sold(product.proof.soldCount) : ' '}</span>
    </Frame>
  );
}

/** What a help-me campaign gives. */
export function giftOf({ reward }: AssistCardFragment): string {
  if ('floor' in reward) return t.rewardPrice(money(reward.floor));
  if ('points' in reward) return t.rewardPoints(reward.points);
  if ('perHelper' in reward) return t.rewardDonation(money(reward.perHelper), reward.cause);
  if ('prize' in reward) return t.rewardDraw(reward.prize);
  return 'template' in reward ? reward.template.title : '';
}

export const AssistCard = ({ campaign, reason, lazy }: { campaign: AssistCardFragment; reason?: Reason; lazy?: boolean }) => (
  <Frame to={href('invite', '', { campaign: campaign.id })} kind="assist">
    <span class="card-picture">
      {campaign.prizeSku ? <Picture of={campaign.prizeSku.media ?? campaign.prizeSku.product.media[0]} lazy={lazy} /> : <span class="picture drawn"><Icon name="gift" size={56} /></span>}
      <Why of={reason} /><b class="size"><Icon name="gift" size={14} />{t.helpKinds[campaign.kind]}</b>
    </span>
    <span class="card-title">{campaign.title}</span>
    <span class="tags"><i>{giftOf(campaign)}</i></span>
    <span class="proof">{t.helpers(campaign.goal)}</span>
  </Frame>
);

export const RoomCard = ({ room }: { room: RoomCardFragment }) => (
  <a class="room-card" href={href('live', room.id)}>
    <Picture of={room.coverUrl ? { url: room.coverUrl, width: null, height: null, alt: null } : room.pinned?.product.media[0]} lazy={false} />
    <b class={`on-air ${room.state}`}>{room.state === 'LIVE' && <span class="bars" aria-hidden="true"><i /><i /><i /></span>}{t.roomStates[room.state]}</b>
    <span class="room-words"><strong>{room.title}</strong><small>{room.host.nickname} · {t.watching(room.viewerCount)}</small></span>
  </a>
);
