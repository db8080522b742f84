import '../style/product.css';
import { CartAddDocument, ProductDocument, type ProductQuery } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { client, done, signedIn, useQuery } from '../api';
import { lacking } from '../group';
import { href } from '../router';
import { Bar } from '../ui/bar';
import { BuySheet, type Choice } from '../ui/buy';
import { giftOf } from '../ui/cards';
import { Countdown } from '../ui/countdown';
import { Gallery } from '../ui/gallery';
import { Icon } from '../ui/icons';
import { Avatar } from '../ui/picture';
import { cheaper, money, Price, Was } from '../ui/price';
import { rewardOf } from '../ui/reward';
import { ShareSheet } from '../ui/share';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { countCart } from '../ui/tabs';
import { toast } from '../ui/toast';
import { t } from '../words';

type It = NonNullable<ProductQuery['product']>;
type Campaign = It['groupBuyCampaigns'][number];

const lasts = (seconds: number) => t.groupLasts(seconds < 3600 ? t.minutes(Math.round(seconds / 60)) : t.hours(Math.round(seconds / 3600)));

export function Product({ id, params }: { id: string; params: URLSearchParams }) {
  const { data, error, reload } = useQuery(ProductDocument, { id });
  const [choice, setChoice] = useState<Choice>();
  const [sharing, setSharing] = useState(false);
  useEffect(() => countCart(data?.me?.cart), [data]);
  if (!data) return <><Bar title="" />{error ? <Failed error={error} again={reload} /> : <Skeleton rows={5} />}</>;
  const product = data.product;
  if (!product) return <><Bar title="" /><Empty text={t.noProduct} href="#/" link={t.goShopping} /></>;
  const open = product.groupBuyCampaigns.filter((each) => each.campaignState === 'OPEN');
  const chosen = open.find((each) => each.id === params.get('campaign')) ?? open[0];
  const sells = product.visible && product.skus.some((sku) => sku.available);
  const toCart = async (skuId: string, quantity: number) => {
    await signedIn();
    const { cart } = done((await client.mutate(CartAddDocument, { input: { lines: [{ skuId, quantity }] } })).cartLinesSet);
    countCart(cart);
    toast(t.added);
  };
  return (
    <div class="product">
      <Bar title={product.title}>{product.share && <button class="plain" onClick={() => setSharing(true)} aria-label={t.share}><Icon name="share" /></button>}</Bar>
      <Gallery media={product.media} title={product.title} />
      <Prices product={product} campaign={chosen} />
      {open.map((campaign) => <GroupPanel key={campaign.id} campaign={campaign} choose={(group) => setChoice({ product, campaign, group })} />)}
      {product.assistCampaigns.length > 0 && (
        <section class="panel">
          <h2><Icon name="gift" /> {t.helpsNow}</h2>
          {product.assistCampaigns.map((campaign) => (
            <a class="line-link" key={campaign.id} href={campaign.viewerAssists[0] ? href('assist', campaign.viewerAssists[0].id) : href('invite', '', { campaign: campaign.id })}>
              <b>{t.helpKinds[campaign.kind]}</b><span>{campaign.title}<small>{giftOf(campaign)} · {t.helpers(campaign.goal)}</small></span><Icon name="next" size={16} />
            </a>
          ))}
        </section>
      )}
      <section class="panel"><h2>{t.details}</h2><p class="description">{product.description}</p></section>
      <div class="buy-bar">
        <a class="plain to-cart" href="#/cart" aria-label={t.cart}><Icon name="cart" size={24} /></a>
        <button class="ghost" disabled={!sells} onClick={() => setChoice({ product, take: toCart })}>{t.addToCart}</button>
        <button class={chosen ? 'ghost strong' : 'primary'} disabled={!sells} onClick={() => setChoice({ product })}>{!sells ? t.soldOut : chosen ? <><small>{money(product.price.best)}</small>{t.alone}</> : t.buyNow}</button>
        {chosen && <button class="primary open-group" disabled={!sells} onClick={() => setChoice({ product, campaign: chosen })}><small>{money(chosen.offers[0].price)}</small>{t.openGroup}</button>}
      </div>
      {choice && <BuySheet choice={choice} close={() => setChoice(undefined)} />}
      {sharing && product.share && <ShareSheet link={product.share} close={() => setSharing(false)} />}
    </div>
  );
}

function Prices({ product: { price, proof, scarcity, title, tags, vendor }, campaign }: { product: It; campaign?: Campaign }) {
  const shown = campaign?.offers[0].price ?? price.best;
  const list = price.list && cheaper(shown, price.list) ? price.list : null;
  return (
    <section class="panel price-panel">
      <div class="hero-price">
        {campaign && <b class="size"><Icon name="people" size={14} />{t.people(campaign.size)}</b>}
        <Price of={shown} class="huge" />{list && <Was of={list} label={t.listPrice} />}
      </div>
      <ul class="anchors">
        {campaign && <li>{t.alonePrice} <b>{money(price.best)}</b></li>}
        {price.member && <li class="member">{t.memberPrice} <b>{money(price.member)}</b></li>}
        {price.live && <li class="live">{t.livePrice} <b>{money(price.live)}</b></li>}
      </ul>
      <h2 class="title">{title}</h2>
      <p class="tags">{vendor && <i class="vendor">{vendor}</i>}{tags.map((tag) => <i key={tag}>{tag}</i>)}</p>
      <p class="proof">
        {proof.soldCount > 0 && <span>{t.sold(proof.soldCount)}</span>}{proof.buyingNow > 0 && <span>{t.buying(proof.buyingNow)}</span>}{scarcity && <b class={scarcity.level}>{t.left(scarcity.unitsLeft)}</b>}
        {proof.recentBuyers.length > 0 && <span class="buyers">{proof.recentBuyers.map((buyer, i) => <Avatar key={i} of={buyer} size={22} />)}{t.recentBuyers}</span>}
      </p>
    </section>
  );
}

function GroupPanel({ campaign, choose }: { campaign: Campaign; choose: (group?: string) => void }) {
  const [offer] = campaign.offers;
  const groups = campaign.openGroups;
  return (
    <section class="panel groups" aria-label={campaign.title}>
      <h2><Icon name="people" /> {campaign.title}</h2>
      <p class="tags"><i>{t.people(campaign.size)}</i><i>{lasts(campaign.groupSeconds)}</i><i>{t.perShopper(campaign.perShopperLimit)}</i>{campaign.newCustomersOnly && <i>{t.newOnly}</i>}{campaign.merchantMayComplete && <i>{t.mayComplete}</i>}{campaign.leaderReward && <i class="hot">{rewardOf(campaign.leaderReward)}</i>}</p>
      {offer.rungs.length > 0 && (
        <ol class="rungs" aria-label={t.rungs}>{[{ size: campaign.size, price: offer.price }, ...offer.rungs].map((rung) => <li key={rung.size}><small>{t.rung(rung.size)}</small><Price of={rung.price} /></li>)}</ol>
      )}
      {groups.nodes.length > 0 && (
        <>
          <h3>{t.openGroups(groups.totalCount ?? groups.nodes.length)}</h3>
          <ul class="open-groups">{groups.nodes.map((group) => (
            <li key={group.id}>
              <a href={href('group', group.id)}>{group.leader ? <Avatar of={group.leader} /> : <span class="avatar" />}<span>{group.leader ? t.leads(group.leader.nickname) : t.leaderless}<small><b>{lacking(group)}</b> {group.expiresAt && <Countdown until={group.expiresAt} />}</small></span></a>
              {!group.viewerRefusal && <button class="primary small" onClick={() => choose(group.id)}>{t.joinGroup}</button>}
            </li>
          ))}</ul>
        </>
      )}
    </section>
  );
}
