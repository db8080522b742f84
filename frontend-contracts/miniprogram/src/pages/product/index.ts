import { ProductDocument, type KaituanError, type ProductQuery } from '@kaituan/client';
import { client, clock, everySecond, failed, now, opened, sharing, signedIn } from '../../lib/shop';
import { face, left, many, money } from '../../lib/words';

type Product = NonNullable<ProductQuery['product']>;
type Campaign = Product['groupBuyCampaigns'][number];

const skus = (product: Product) => product.skus.map(({ id, title, available, price }) => ({ id, title, gone: !available, price: money(price.best), list: money(price.list) }));

/** What of a campaign holds for one SKU: nothing where it is not in it. */
function campaign(product: Product, skuId: string) {
  const found = product.groupBuyCampaigns.filter(({ campaignState, offers }) => campaignState === 'OPEN' && offers.some(({ sku }) => sku.id === skuId))[0] as Campaign | undefined;
  if (!found) return null;
  const offer = found.offers.filter(({ sku }) => sku.id === skuId)[0];
  return {
    id: found.id,
    title: found.title,
    size: found.size,
    endsAt: found.endsAt,
    price: money(offer.price),
    rungs: offer.rungs.map(({ size, price }) => `${size} 人 ${money(price)}`).join(' · '),
    groups: found.openGroups.nodes.map(({ id, leader, seatsLeft, expiresAt, viewerRefusal }) => ({
      id, seatsLeft, expiresAt: expiresAt || '', leader: leader ? leader.nickname : '', face: leader ? face(leader.nickname) : '', mine: viewerRefusal === 'ALREADY_MEMBER', closed: !!viewerRefusal,
    })),
  };
}

Page({
  data: {
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'gone',
    title: '', description: '', sold: '', scarce: '',
    pictures: [] as string[],
    tags: [] as string[],
    skus: [] as ReturnType<typeof skus>,
    chosen: '',
    price: '', list: '',
    available: false,
    campaign: null as ReturnType<typeof campaign>,
    left: {} as Record<string, string>,
  },
  id: '',
  product: undefined as Product | undefined,
  stop: undefined as undefined | (() => void),

  onLoad(query: Record<string, string | undefined>) {
    return signedIn(query.t || query.scene).then(() => opened(query)).then((id) => {
      this.id = id;
      return this.load();
    }).catch((error) => this.broken(error));
  },
  onShow() {
    this.stop = everySecond(() => this.tick());
    if (this.product) this.load().catch(failed); // groups fill while one looks elsewhere
  },
  onHide() {
    if (this.stop) this.stop();
  },
  onUnload() {
    if (this.stop) this.stop();
  },
  load() {
    return client.query(ProductDocument, { id: this.id }).then(({ serverTime, product }) => {
      if (!product || !product.visible) return this.setData({ state: 'gone' });
      clock(serverTime);
      this.product = product;
      const { title, description, media, tags, proof, scarcity } = product;
      this.setData({
        state: 'ready', title, description: description || '', tags,
        pictures: media.filter(({ kind }) => kind === 'IMAGE').map(({ url }) => url),
        sold: proof && proof.soldCount ? `已售 ${many(proof.soldCount)}` : '',
        scarce: scarcity && scarcity.unitsLeft ? `仅剩 ${scarcity.unitsLeft} 件` : '',
        skus: skus(product),
      });
      const first = product.skus.filter(({ available }) => available)[0] || product.skus[0];
      this.choose(this.data.chosen || first.id);
    });
  },
  broken(error: KaituanError) {
    this.setData({ state: 'failed' });
    failed(error);
  },
  again() {
    this.load().catch((error: KaituanError) => this.broken(error));
  },
  choose(skuId: string) {
    const sku = this.data.skus.filter(({ id }) => id === skuId)[0];
    this.setData({ chosen: skuId, price: sku.price, list: sku.list === sku.price ? '' : sku.list, available: !sku.gone, campaign: campaign(this.product!, skuId) });
    this.tick();
  },
  pick({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    this.choose(dataset.id);
  },
  tick() {
    const it = this.data.campaign;
    if (!it) return;
    const texts: Record<string, string> = { [it.id]: left(it.endsAt, now()) || '已结束' };
    it.groups.forEach(({ id, expiresAt }) => { texts[id] = left(expiresAt, now()) || '已结束'; });
    this.setData({ left: texts });
  },
  buy() {
    wx.navigateTo({ url: `/pages/checkout/index?sku=${this.data.chosen}` });
  },
  openGroup() {
    wx.navigateTo({ url: `/pages/checkout/index?sku=${this.data.chosen}&campaign=${this.data.campaign!.id}` });
  },
  join({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    wx.navigateTo({ url: dataset.mine ? `/pages/group/index?id=${dataset.id}` : `/pages/checkout/index?sku=${this.data.chosen}&group=${dataset.id}` });
  },
  onShareAppMessage() {
    return sharing(this.product && this.product.share, this.data.title);
  },
});
