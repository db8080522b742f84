// A live room as it happens, and the strip that leads to those on air.
import { Problem, random, send, signedIn } from './api.js';
import { checkout } from './checkout.js';
import { busy, fill, h, money, report, sheet, toast } from './dom.js';
import { countdown, heard } from './groups.js';
import { livePage } from './live.js';
import { coupon } from './member.js';
import { addressPart, openProduct } from './product.js';
import { card } from './shop.js';
import { t } from './words.js';

const kept = 200; // older comments leave the list
const most = 50; // likes that one request may bring
const gather = 400; // milliseconds that taps wait for more of them

// liveStrip shows the rooms on air, once the server has named them.
export function liveStrip() {
  const strip = h('nav', { class: 'rooms', 'aria-label': t('liveNow') });
  send('rooms').then(({ liveRooms }) => fill(strip, liveRooms.nodes.map(({ id, title, viewerCount, pinned }) =>
    h('a', { class: 'group-link', href: `#/live/${id}` }, pinned?.product.media[0] && h('img', { src: pinned.product.media[0].url, alt: '', width: 44, height: 44 }),
      h('b', {}, t('liveNow')), h('span', {}, title), t('watching', viewerCount), ' ›')))).catch(() => {}); // the shop works without its rooms
  return strip;
}

// roomPage shows a room and follows it; it returns what ends that.
export function roomPage(page, id) {
  const from = { id }; // of a stream that broke, the next one goes on after what was shown last
  let stage;
  return livePage(page, {
    stream: 'liveRoomEvents',
    variables: from,
    load: async () => {
      const { liveRoom, serverTime } = await send('room', { id });
      heard(serverTime);
      if (!liveRoom) throw new Problem('NOT_FOUND', t('noRoom'));
      return { version: 0, cursor: liveRoom.cursor, room: liveRoom };
    },
    render: (body, event) => {
      from.after = event.cursor;
      if (stage) return stage.take(event);
      stage = openStage(event.room);
      body.replaceChildren(...stage.parts);
    },
  }).leave;
}

// openStage makes the parts of a room's page; take changes them as an event says.
function openStage(room) {
  const claimed = new Set(room.drops.filter(({ viewerClaimed }) => viewerClaimed).map(({ id }) => id));
  const tickets = { [room.lottery?.id]: room.lottery?.viewerTicket };
  const [head, deals, shelf] = [h('div'), h('div', { class: 'coupons' }), h('div')];
  const chat = openChat(room, (likeCount) => { room.likeCount = likeCount; showHead(); });

  function showHead() {
    head.className = `state group ${room.state}`;
    fill(head, h('div', {}, h('h2', {}, room.title), h('small', {}, t('roomStates')[room.state], ' · ', room.host.nickname)), h('p', {}, t('watching', room.viewerCount), ' · ', t('likes', room.likeCount)));
  }
  function showDeals() {
    const before = deals.contains(document.activeElement) && document.activeElement.closest('[data-id]').dataset.id;
    const { pinned, lottery } = room;
    fill(deals, pinned && deal(pinned.product.id, h('img', { src: pinned.product.media[0]?.url, alt: '', width: 56, height: 56 }), pinned.product.title, [t('pinned'), ' · ', pinned.note],
      h('button', { onclick: () => openProduct(pinned.product) }, t('look'))),
    room.offers.map(offerDeal), room.drops.map(dropDeal), lottery && lotteryDeal(lottery));
    if (!before) return;
    const now = deals.querySelector(`[data-id="${before}"]`);
    (now?.querySelector('button') ?? now)?.focus(); // whoever is here by keyboard stays where he was
  }
  const showShelf = () => fill(shelf, h('h2', {}, t('shelf')), h('div', { class: 'grid' }, ...room.shelf.map((product) => card({ product }))));

  const dropDeal = (drop) => coupon(drop.template, drop.id, [t('unitsLeft', drop.left), ' · ', countdown(drop.endsAt)],
    claimed.has(drop.id) ? h('em', { class: 'USABLE' }, t('taken')) : busy(h('button', {}, t('claim')), async () => {
      await signedIn();
      await send('claimDrop', { input: { dropId: drop.id } });
      claimed.add(drop.id);
      toast(t('claimed'));
      showDeals();
    }));
  function lotteryDeal({ id, prize, entries, winners, drawnAt, endsAt }) {
    const ticket = tickets[id];
    const won = winners.some((winner) => winner.ticket === ticket);
    const open = [t('entrants', entries), ' · ', countdown(endsAt)];
    const drawn = [t('winners'), winners.map((winner) => `${t('ticket', winner.ticket)} ${winner.nickname}`).join(', ') || t('nobody')];
    return deal(id, h('span', { class: 'best' }, t('lottery')), prize, drawnAt ? drawn : open,
      ticket ? h('em', { class: won ? 'USABLE' : '' }, t('ticket', ticket), won && ` ${t('won')}`) : !drawnAt && busy(h('button', {}, t('enter')), async () => {
        await signedIn();
        tickets[id] = (await send('enterLottery', { input: { lotteryId: id } })).liveLotteryEnter.lottery.viewerTicket;
        showDeals();
      }));
  }

  // changed puts a thing in the place of what it was, or first; there: it can still be had.
  const changed = (list, thing, there) => (list.some(({ id }) => id === thing.id) ? list.map((each) => (each.id === thing.id ? thing : each)) : [thing, ...list])
    .filter((each) => each !== thing || there);
  const takes = {
    LiveTick(tick) {
      room.viewerCount = tick.viewerCount;
      room.likeCount = tick.likeCount;
      showHead();
      chat.add(tick.comments);
    },
    LiveReset({ room: now }) {
      Object.assign(room, now);
      show();
      chat.add(now.comments.nodes, true); // without what was hidden meanwhile
    },
    LiveStateChanged({ state }) { room.state = state; showHead(); },
    LivePinChanged({ pinned }) { room.pinned = pinned; showDeals(); },
    LiveShelfChanged(event) { room.shelf = event.shelf; showShelf(); },
    LiveOfferChanged({ offer }) { room.offers = changed(room.offers, offer, offer.offerState !== 'ENDED'); showDeals(); },
    LiveCouponDropChanged({ drop }) { room.drops = changed(room.drops, drop, drop.left > 0); showDeals(); },
    LiveLotteryChanged({ lottery }) { room.lottery = lottery; showDeals(); },
    LiveOrderPlaced({ buyer, product, quantity }) { toast(t('bought', [buyer.nickname, quantity, product.title])); },
    LiveCommentHidden({ commentId }) { chat.hide(commentId); },
    LiveSlowModeChanged({ seconds }) { chat.slow(seconds); },
  };
  function show() {
    showHead();
    showDeals();
    showShelf();
    chat.slow(room.slowModeSeconds);
  }
  show();
  return { parts: [head, deals, chat.element, shelf], take: (event) => takes[event.__typename]?.(event) };
}

const deal = (id, mark, title, note, action) =>
  h('div', { class: 'coupon', 'data-id': id, tabindex: -1 }, mark, h('span', {}, h('b', {}, title), h('small', {}, ...note)), action);

const offerDeal = (offer) => deal(offer.id, money(offer.price, 'best'), offer.sku.product.title,
  [offer.sku.title, ' · ', h('s', {}, money(offer.sku.price.best)), ' · ', t('unitsLeft', offer.left), ' · ', countdown(offer.endsAt)],
  h('button', { disabled: offer.offerState !== 'OPEN', onclick: () => buyOffer(offer) }, t(offer.offerState === 'OPEN' ? 'buy' : 'soldOut')));

// buyOffer asks where to, and orders one at the price that the offer shows.
function buyOffer({ id, price, sku }) {
  const address = addressPart();
  sheet('small', h('h2', {}, sku.product.title), h('p', { class: 'amount' }, sku.title, ' ', money(price, 'best')), address.element,
    busy(h('button', { class: 'primary' }, t('buy')), () => checkout({ goods: { liveOffer: { offerId: id } }, seen: { expectedTotal: price.amount }, address: address.values() })));
}

// openChat shows comments, the newest last, and sends comments and likes.
function openChat(room, liked) {
  const list = h('ol', { class: 'comments', role: 'log', 'aria-label': t('comments'), tabindex: 0 });
  const input = h('input', { maxlength: 200, autocomplete: 'off', 'aria-label': t('say') });
  const known = new Set();
  let draft = {}; // its words, and the name under which they are one comment, however often they are sent

  async function say() {
    const text = input.value.trim();
    if (!text) return input.focus();
    if (draft.text !== text) draft = { text, clientId: random() };
    await signedIn();
    const { comment, held } = (await send('comment', { input: { roomId: room.id, ...draft } })).liveCommentSend;
    draft = {};
    input.value = '';
    input.focus();
    add([comment]);
    if (held) toast(t('heldComment'));
  }
  function add(comments, anew) {
    if (anew) {
      list.replaceChildren();
      known.clear();
    }
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(...comments.filter(({ id }) => !known.has(id)).map(line));
    comments.forEach(({ id }) => known.add(id));
    while (list.children.length > kept) list.firstChild.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
  add(room.comments.nodes);
  setTimeout(() => { list.scrollTop = list.scrollHeight; }); // once it is on the page
  return {
    element: h('div', {}, list, h('form', { class: 'say', onsubmit: (event) => event.preventDefault() }, input, busy(h('button', { class: 'primary' }, t('send')), say),
      h('button', { type: 'button', class: 'heart', 'aria-label': t('like'), onclick: liker(room.id, liked) }, '♥'))),
    add,
    hide: (id) => list.querySelector(`[data-id="${id}"]`)?.remove(),
    slow: (seconds) => { input.placeholder = seconds ? t('slow', seconds) : t('say'); },
  };
}

const line = ({ id, role, author, text }) => h('li', { 'data-id': id }, h('b', {}, author.nickname, t('roles')[role] && h('i', {}, t('roles')[role])), ' ', text);

// liker counts taps and sends them together. What may not have counted is sent again under its name, with the next tap, and so counts once.
function liker(roomId, liked) {
  let taps = 0;
  let batch;
  let waiting;

  async function flush() {
    try {
      await signedIn();
      while (batch || taps) {
        batch ??= { roomId, count: Math.min(taps, most), clientId: random() };
        const { liveLike } = await send('like', { input: batch });
        liked(liveLike.likeCount);
        taps -= batch.count;
        batch = undefined;
      }
    } catch (problem) {
      // After these it may have counted, or would the next time.
      if (!['NETWORK', 'BUSY_RETRY', 'OVERLOADED', 'UNAVAILABLE'].includes(problem.code)) [taps, batch] = [0, undefined];
      report(problem);
    }
    waiting = undefined;
  }
  return () => {
    taps += 1;
    waiting ??= setTimeout(flush, gather);
  };
}
