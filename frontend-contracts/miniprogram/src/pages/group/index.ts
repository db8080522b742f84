import { GroupBuyUpdatedDocument, GroupDocument, type GroupProgressFragment, type GroupQuery } from '@kaituan/client';
import { client, clock, everySecond, failed, now, opened, sharing, signedIn } from '../../lib/shop';
import { face, groupStates, left, money } from '../../lib/words';

type Group = NonNullable<GroupQuery['groupBuy']>;

/** Who sits where: those who paid, those who are paying, and the empty seats. */
function seats({ members, heldSeats, seatsLeft }: GroupProgressFragment) {
  const taken = members.map(({ shopper, isLeader }) => ({ key: shopper.id, face: face(shopper.nickname), name: isLeader ? '团长' : shopper.nickname, kind: 'taken' }));
  const held = Array.from({ length: heldSeats }, (_, at) => ({ key: `held${at}`, face: '…', name: '付款中', kind: 'empty' }));
  const free = Array.from({ length: seatsLeft }, (_, at) => ({ key: `free${at}`, face: '?', name: '待邀请', kind: 'empty' }));
  return taken.concat(held, free);
}

Page({
  data: {
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'gone',
    group: '', words: '', left: '', missing: 0, percent: 0, mine: false, mayJoin: false,
    seats: [] as ReturnType<typeof seats>,
    product: null as null | { id: string; title: string; picture: string; price: string; was: string; size: number },
    skus: [] as { id: string; title: string; price: string; gone: boolean }[],
    chosen: '',
  },
  id: '',
  group: undefined as Group | undefined,
  progress: undefined as GroupProgressFragment | undefined,
  leave: undefined as undefined | (() => void),
  stop: undefined as undefined | (() => void),

  onLoad(query: Record<string, string | undefined>) {
    return signedIn(query.t || query.scene).then(() => opened(query)).then((id) => {
      this.id = id;
      return this.load();
    }).then(() => { if (this.group) this.follow(); }).catch((error) => {
      this.setData({ state: 'failed' });
      failed(error);
    });
  },
  onShow() {
    this.stop = everySecond(() => this.tick());
    if (this.group) this.load().catch(failed); // one may come back with a seat
  },
  onHide() {
    if (this.stop) this.stop();
  },
  onUnload() {
    if (this.stop) this.stop();
    if (this.leave) this.leave();
  },
  load() {
    return client.query(GroupDocument, { id: this.id }).then(({ serverTime, groupBuy }) => {
      if (!groupBuy) return this.setData({ state: 'gone' });
      clock(serverTime);
      this.group = groupBuy;
      const { campaign, viewerSeat, viewerRefusal } = groupBuy;
      const { product, offers } = campaign;
      this.setData({
        state: 'ready',
        mine: !!viewerSeat && /^(HELD|PAID|CONFIRMED)$/.test(viewerSeat.state),
        mayJoin: !viewerRefusal,
        product: { id: product.id, title: product.title, picture: product.media.length ? product.media[0].url : '', price: money(offers[0].price), was: money(product.price.sale), size: campaign.size },
        skus: offers.map(({ sku, price }) => ({ id: sku.id, title: sku.title, price: money(price), gone: !sku.available })),
        chosen: this.data.chosen || offers[0].sku.id,
      });
      this.show(groupBuy);
    });
  },
  follow() {
    this.leave = client.subscribe(GroupBuyUpdatedDocument, { id: this.id }, {
      next: ({ groupBuyUpdated }) => {
        this.show(groupBuyUpdated);
        if (groupBuyUpdated.state !== 'OPEN') this.load().catch(failed);
      },
    });
  },
  /** What is older than what is shown is dropped: an answer may overtake an event. */
  show(progress: GroupProgressFragment) {
    if (this.progress && progress.version < this.progress.version) return;
    this.progress = progress;
    const { state, paidSeats, size } = progress;
    this.setData({ group: state, words: groupStates[state], seats: seats(progress), missing: Math.max(0, size - paidSeats), percent: Math.min(100, Math.round((paidSeats * 100) / size)) });
    this.tick();
  },
  tick() {
    if (this.progress) this.setData({ left: this.progress.state === 'OPEN' ? left(this.progress.expiresAt, now()) : '' });
  },
  pick({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    this.setData({ chosen: dataset.id });
  },
  join() {
    wx.navigateTo({ url: `/pages/checkout/index?sku=${this.data.chosen}&group=${this.id}` });
  },
  openProduct() {
    wx.navigateTo({ url: `/pages/product/index?id=${this.data.product!.id}` });
  },
  onShareAppMessage() {
    return sharing(this.group && this.group.share, '和我一起拼团');
  },
});
