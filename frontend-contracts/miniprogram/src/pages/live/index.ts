import {
  likes, LiveCommentDocument, LiveCouponClaimDocument, LiveLotteryEnterDocument, LiveRoomDocument, LiveRoomEventsDocument,
  type CommentLineFragment, type DropStateFragment, type LiveRoomEventsSubscription, type LotteryStateFragment, type OfferStateFragment, type PinStateFragment, type RoomStateFragment, type ShareCardFragment, type Status,
} from '@kaituan/client';
import { client, clock, everySecond, failed, now, opened, refused, say, sharing, signedIn } from '../../lib/shop';
import { left, many, money, roomStates } from '../../lib/words';

type RoomEvent = LiveRoomEventsSubscription['liveRoomEvents'];

/** So many comments are kept on the page; what scrolled away is in the replay. */
const KEPT = 60;

const line = ({ id, text, role, author }: CommentLineFragment) => ({ id, text, nickname: author.nickname, host: role === 'HOST' || role === 'CO_HOST' });
const pin = (it?: PinStateFragment | null) => it && {
  id: it.product.id, title: it.product.title, note: it.note || '', price: money(it.product.price.sale), picture: it.product.media.length ? it.product.media[0].url : '',
};
const offer = ({ id, price, left: units, endsAt, offerState, sku }: OfferStateFragment) => ({ id, endsAt, open: offerState === 'OPEN', price: money(price), was: money(sku.price.sale), units, title: sku.product.title });
const drop = ({ id, left: units, endsAt, template }: DropStateFragment) => ({ id, units, endsAt, title: template.title });
const lottery = (it?: LotteryStateFragment | null) => it && {
  id: it.id, prize: it.prize, entries: it.entries, endsAt: it.endsAt, drawn: !!it.drawnAt, winners: it.winners.map(({ ticket, nickname }) => `${nickname}（${ticket} 号）`).join('、'), seedHash: it.seedHash.slice(0, 12),
};

Page({
  data: {
    state: 'loading' as 'loading' | 'ready' | 'failed' | 'gone',
    room: '', words: '', title: '', host: '', cover: '', viewers: '0', likes: '0', muted: false,
    connection: 'connecting' as Status['state'], caughtUp: 0,
    pinned: null as ReturnType<typeof pin>,
    offers: [] as ReturnType<typeof offer>[],
    drops: [] as ReturnType<typeof drop>[],
    claimed: {} as Record<string, boolean>,
    lottery: null as ReturnType<typeof lottery>,
    ticket: 0,
    comments: [] as ReturnType<typeof line>[],
    last: '',
    text: '',
    toast: '',
    left: {} as Record<string, string>,
  },
  id: '',
  share: null as ShareCardFragment | null | undefined,
  tap: () => {},
  leave: undefined as undefined | (() => void),
  stop: undefined as undefined | (() => void),

  onLoad(query: Record<string, string | undefined>) {
    return signedIn(query.t || query.scene).then(() => opened(query)).then((id) => {
      this.id = id;
      this.tap = likes(client, id, (count) => this.setData({ likes: many(count) }));
      return this.load();
    }).catch((error) => {
      this.setData({ state: 'failed' });
      failed(error);
    });
  },
  onShow() {
    this.stop = everySecond(() => this.tick());
  },
  onHide() {
    if (this.stop) this.stop();
  },
  onUnload() {
    if (this.stop) this.stop();
    if (this.leave) this.leave();
  },
  load() {
    return client.query(LiveRoomDocument, { id: this.id }).then(({ serverTime, liveRoom }) => {
      if (!liveRoom) return this.setData({ state: 'gone' });
      clock(serverTime);
      this.share = liveRoom.share;
      const claimed: Record<string, boolean> = {};
      liveRoom.drops.forEach((it) => { claimed[it.id] = it.viewerClaimed; });
      this.setData({ state: 'ready', claimed, ticket: (liveRoom.lottery && liveRoom.lottery.viewerTicket) || 0, muted: !!liveRoom.viewerMutedUntil });
      this.show(liveRoom);
      this.follow(liveRoom.cursor);
    });
  },
  /** From the query's cursor on, through cuts and the background: the client asks for what was missed. */
  follow(after: string) {
    if (this.leave) this.leave();
    this.leave = client.subscribe(LiveRoomEventsDocument, { roomId: this.id, after }, {
      next: ({ liveRoomEvents }) => this.happened(liveRoomEvents),
      status: ({ state, caughtUp }) => this.setData({ connection: state, caughtUp }),
      error: failed,
    });
  },
  show(room: RoomStateFragment) {
    wx.setNavigationBarTitle({ title: room.title });
    const shown = room.pinned && room.pinned.product.media.length ? room.pinned.product.media[0].url : '';
    this.setData({
      room: room.state, words: roomStates[room.state], title: room.title, host: room.host.nickname, cover: room.coverUrl || shown,
      viewers: many(room.viewerCount), likes: many(room.likeCount), pinned: pin(room.pinned), offers: room.offers.map(offer), drops: room.drops.map(drop), lottery: lottery(room.lottery),
      comments: room.comments.nodes.map(line),
    });
    this.scroll();
  },
  happened(event: RoomEvent) {
    switch (event.__typename) {
      case 'LiveReset': return this.show(event.room);
      case 'LiveTick':
        this.setData({ viewers: many(event.viewerCount), likes: many(event.likeCount), comments: this.data.comments.concat(event.comments.map(line)).slice(-KEPT) });
        return event.comments.length ? this.scroll() : undefined;
      case 'LiveStateChanged': return this.setData({ room: event.state, words: roomStates[event.state] });
      case 'LivePinChanged': return this.setData({ pinned: pin(event.pinned) });
      case 'LiveOfferChanged': return this.setData({ offers: replaced(this.data.offers, offer(event.offer), event.offer.offerState === 'ENDED') });
      case 'LiveCouponDropChanged': return this.setData({ drops: replaced(this.data.drops, drop(event.drop), !event.drop.left || Date.parse(event.drop.endsAt) <= now()) });
      case 'LiveLotteryChanged': return this.drew(event.lottery);
      case 'LiveOrderPlaced': return this.setData({ toast: `${event.buyer.nickname} 刚刚买了 ${event.product.title}` });
      case 'LiveCommentHidden': return this.setData({ comments: this.data.comments.filter(({ id }) => id !== event.commentId) });
      default: return undefined;
    }
  },
  drew(it: LotteryStateFragment) {
    const other = !this.data.lottery || this.data.lottery.id !== it.id;
    this.setData({ lottery: lottery(it), ticket: other ? 0 : this.data.ticket });
    if (it.drawnAt && it.winners.some(({ ticket }) => ticket === this.data.ticket)) say(`恭喜中奖：${it.prize}`);
  },
  scroll() {
    const { comments } = this.data;
    if (comments.length) this.setData({ last: `c-${comments[comments.length - 1].id}` });
  },
  tick() {
    const { offers, drops, lottery } = this.data;
    const texts: Record<string, string> = {};
    [...offers, ...drops, ...(lottery ? [lottery] : [])].forEach(({ id, endsAt }) => { texts[id] = left(endsAt, now()); });
    this.setData({ left: texts });
  },
  typed({ detail }: WechatMiniprogram.Input) {
    this.data.text = detail.value;
  },
  speak() {
    const text = this.data.text.trim();
    if (!text) return;
    return client.mutate(LiveCommentDocument, { input: { roomId: this.id, text, clientId: client.key() } }).then(({ liveCommentSend: { held, userErrors } }) => {
      if (refused(userErrors)) return;
      this.setData({ text: '' });
      if (held) say('评论正在审核');
    }, failed);
  },
  /** The client counts taps and sends them together. */
  like() {
    this.tap();
  },
  claim({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    return client.mutate(LiveCouponClaimDocument, { input: { dropId: dataset.id } }).then(({ liveCouponClaim: { userErrors } }) => {
      const has = userErrors.some(({ code }) => code === 'ALREADY_CLAIMED');
      if (!refused(userErrors)) say('红包到手，下单时可用');
      if (has || !userErrors.length) this.setData({ [`claimed.${dataset.id}`]: true });
    }, failed);
  },
  enter() {
    return client.mutate(LiveLotteryEnterDocument, { input: { lotteryId: this.data.lottery!.id } }).then(({ liveLotteryEnter: { lottery: it, userErrors } }) => {
      if (refused(userErrors) || !it) return;
      this.setData({ ticket: it.viewerTicket || 0 });
    }, failed);
  },
  buy({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    wx.navigateTo({ url: `/pages/checkout/index?offer=${dataset.id}` });
  },
  openProduct() {
    wx.navigateTo({ url: `/pages/product/index?id=${this.data.pinned!.id}` });
  },
  onShareAppMessage() {
    return sharing(this.share, this.data.title);
  },
});

/** The list with the one that changed in its place, in front when it is new, and without it when it is over. */
function replaced<T extends { id: string }>(list: T[], changed: T, over: boolean): T[] {
  if (over) return list.filter(({ id }) => id !== changed.id);
  return list.some(({ id }) => id === changed.id) ? list.map((one) => (one.id === changed.id ? changed : one)) : [changed].concat(list);
}
