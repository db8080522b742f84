import { HomeDocument, HomeFeedDocument, type FeedPageFragment, type HomeQuery } from '@kaituan/client';
import { client, clock, everySecond, failed, now, signedIn } from '../../lib/shop';
import { left, many, money } from '../../lib/words';

interface Card { key: string; productId: string; title: string; picture: string; reason: string; price: string; was: string; size: number; note: string; endsAt: string }

/** The feed's cards that this app can open; `accepts` asks for no others. */
function cards({ edges }: FeedPageFragment): Card[] {
  return edges.reduce<Card[]>((all, { cursor, reason, node }) => {
    if (node.__typename === 'Product') {
      const { price, proof, scarcity } = node;
      const note = scarcity && scarcity.unitsLeft ? `仅剩 ${scarcity.unitsLeft} 件` : proof && proof.soldCount ? `已售 ${many(proof.soldCount)}` : '';
      all.push(card(cursor, reason.text, node, money(price.best), price.list ? money(price.list) : '', 0, note, ''));
    }
    if (node.__typename === 'GroupBuyCampaign') {
      const { product, offers, size, endsAt } = node;
      all.push(card(cursor, reason.text, product, money(offers[0].price), money(product.price.sale), size, '', endsAt));
    }
    return all;
  }, []);
}

function card(key: string, reason: string, product: { id: string; title: string; media: { url: string }[] }, price: string, was: string, size: number, note: string, endsAt: string): Card {
  return { key, productId: product.id, title: product.title, picture: product.media.length ? product.media[0].url : '', reason, price, was: was === price ? '' : was, size, note, endsAt };
}

const rooms = ({ liveRooms }: HomeQuery) => liveRooms.nodes.filter(({ state }) => state === 'LIVE' || state === 'PAUSED')
  .map(({ id, title, viewerCount, host, coverUrl, pinned }) => {
    const shown = pinned && pinned.product.media.length ? pinned.product.media[0].url : '';
    return { id, title, host: host.nickname, viewers: many(viewerCount), picture: coverUrl || shown };
  });

const groups = ({ groupBuyCampaigns }: HomeQuery) => groupBuyCampaigns.nodes.filter(({ campaignState }) => campaignState === 'OPEN')
  .map(({ id, size, endsAt, offers, product }) => ({
    id, size, endsAt, productId: product.id, title: product.title, picture: product.media.length ? product.media[0].url : '', price: money(offers[0].price), was: money(product.price.sale),
  }));

Page({
  data: {
    state: 'loading' as 'loading' | 'ready' | 'failed',
    nickname: '',
    rooms: [] as ReturnType<typeof rooms>,
    groups: [] as ReturnType<typeof groups>,
    cards: [] as Card[],
    /** What is left of each group campaign, by its end. */
    left: {} as Record<string, string>,
    more: false,
  },
  after: '' as string | null | undefined,
  stop: undefined as undefined | (() => void),
  fetching: undefined as undefined | Promise<void>,

  onLoad(query: Record<string, string | undefined>) {
    return signedIn(query.t || query.scene).then(() => this.load());
  },
  onShow() {
    this.stop = everySecond(() => this.tick());
  },
  onHide() {
    if (this.stop) this.stop();
  },
  onUnload() {
    if (this.stop) this.stop();
  },
  load() {
    return client.query(HomeDocument, { accepts: ['PRODUCT', 'GROUP_BUY'] }).then((home) => {
      clock(home.serverTime);
      this.after = home.feed.pageInfo.endCursor;
      this.setData({ state: 'ready', nickname: home.me ? home.me.nickname : '', rooms: rooms(home), groups: groups(home), cards: cards(home.feed), more: home.feed.pageInfo.hasNextPage });
      this.tick();
    }, (error) => {
      this.setData({ state: this.data.cards.length ? 'ready' : 'failed' });
      failed(error);
    });
  },
  tick() {
    const { groups, cards } = this.data;
    const texts: Record<string, string> = {};
    [...groups, ...cards].forEach(({ endsAt }) => { if (endsAt) texts[endsAt] = left(endsAt, now()) || '已结束'; });
    this.setData({ left: texts });
  },
  onPullDownRefresh() {
    return this.load().then(() => wx.stopPullDownRefresh());
  },
  onReachBottom() {
    if (!this.data.more || !this.after || this.fetching) return this.fetching;
    const done = () => { this.fetching = undefined; };
    this.fetching = client.query(HomeFeedDocument, { after: this.after, accepts: ['PRODUCT', 'GROUP_BUY'] }).then(({ feed }) => {
      this.after = feed.pageInfo.endCursor;
      this.setData({ cards: this.data.cards.concat(cards(feed)), more: feed.pageInfo.hasNextPage });
    }).catch(failed).then(done);
    return this.fetching;
  },
  openProduct({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    wx.navigateTo({ url: `/pages/product/index?id=${dataset.id}` });
  },
  openRoom({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    wx.navigateTo({ url: `/pages/live/index?id=${dataset.id}` });
  },
  onShareAppMessage() {
    return { title: '开团 · 和朋友一起拼更便宜', path: '/pages/index/index' };
  },
});
