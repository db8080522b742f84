// Buying together: the groups of a campaign that anybody may join, and the page of one group as it lives.
import { currentSession, Problem, send } from './api.js';
import { fill, h, money, report, toast } from './dom.js';
import { livePage } from './live.js';
import { openProduct } from './product.js';
import { t } from './words.js';

// The server's clock counts, not this machine's: every answer with serverTime sets how far apart they are.
let ahead = 0;
export const heard = (serverTime) => { ahead = Date.parse(serverTime) - Date.now(); };

// countdown shows the time left until then, and runs done once when there is none; it stops by itself when it leaves the page.
export function countdown(until, done = () => {}) {
  const clock = h('time', { class: 'countdown', datetime: until });
  let shown = false;
  const two = (n) => String(n).padStart(2, '0');
  function tick() {
    const left = Math.floor((Date.parse(until) - Date.now() - ahead) / 1000);
    if (shown && !clock.isConnected) return;
    shown ||= clock.isConnected;
    clock.textContent = left > 0 ? `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : t('timeUp');
    if (left > 0) setTimeout(tick, 1000);
    else done();
  }
  setTimeout(tick);
  return clock;
}

// lacking says how many people are missing: for the group to count, or, in one that counts already, for the lowest price.
export function lacking({ size, capacity, seatsLeft }) {
  const people = seatsLeft - (capacity - size);
  return people > 0 ? t('lacking', people) : t('lackingTop', seatsLeft);
}

const href = (id) => `#/group/${id}`;

// groupLink is a line that leads to a group.
export const groupLink = (group) => h('a', { class: 'group-link', href: href(group.id) },
  h('b', {}, t('groupStates')[group.state]), group.state === 'OPEN' ? lacking(group) : '', ' ›');

// openGroups fills in the groups of a campaign that a stranger may join.
export function openGroups(campaignId) {
  const list = h('div', { class: 'open-groups' });
  send('campaignGroups', { id: campaignId }).then(({ node, serverTime }) => {
    heard(serverTime);
    const groups = node?.openGroups.nodes ?? [];
    list.replaceChildren(...groups.map((group) => h('a', { class: 'open-group', href: href(group.id) },
      h('b', {}, group.leader?.nickname ?? t('leaderless')), h('em', {}, lacking(group)), countdown(group.expiresAt), h('span', { class: 'join' }, t('join')))));
  }).catch(report);
  return list;
}

// groupPage shows a group and follows it; it returns what ends that.
export function groupPage(page, id) {
  return livePage(page, {
    stream: 'groupBuyUpdated',
    variables: { id },
    load: async () => {
      const { groupBuy, serverTime } = await send('group', { id });
      heard(serverTime);
      if (!groupBuy) throw new Problem('NOT_FOUND', t('noGroup'));
      return groupBuy;
    },
    render: (body, group) => fill(body, parts(group)),
  }).leave;
}

function parts(group) {
  const { campaign, members, viewerSeat, share } = group;
  const [picture] = campaign.product.media;
  const [offer] = campaign.offers;
  const ends = group.state === 'OPEN' && group.expiresAt;
  const fills = ends || group.state === 'PENDING'; // seats of a group that has ended wait for nobody
  const state = group.completedBy === 'MERCHANT' ? 'MERCHANT' : group.state;
  return [
    h('div', { class: `state group ${group.state}` }, h('div', {}, h('h2', {}, ends ? lacking(group) : t('groupStates')[state]),
      ends ? h('small', {}, t('endsIn'), ' ', countdown(group.expiresAt)) : h('small', {}, t('groupEnds')[state] ?? '')), h('p', {}, money(offer.price, 'best'))),
    h('div', { class: 'line' }, picture && h('img', { src: picture.url, alt: '', width: 72, height: 72 }),
      h('div', {}, h('b', {}, campaign.title), h('small', {}, t('people', group.size), ...offer.rungs.map((rung) => [' · ', t('rung', rung.size), money(rung.price)]).flat()))),
    h('div', { class: 'seats' }, ...members.map(({ shopper, isLeader }) => h('span', { class: 'seat' }, shopper?.nickname ?? '', isLeader && h('i', {}, t('leader')))),
      ...Array.from({ length: fills ? group.heldSeats : 0 }, () => h('span', { class: 'seat held' }, t('held'))),
      ...Array.from({ length: fills ? Math.min(group.seatsLeft, 20) : 0 }, () => h('span', { class: 'seat free' }, '?'))),
    h('div', { class: 'actions' }, ...actions(group, viewerSeat, share)),
  ];
}

function actions(group, seat, share) {
  const { campaign } = group;
  const mine = ['HELD', 'PAID', 'CONFIRMED'].includes(seat?.state); // who took the money back may come again
  return [
    seat && seat.state !== 'RELEASED' && h('button', { onclick: () => { location.hash = `#/order/${seat.order.id}`; } }, t('myOrder')),
    !mine && group.state === 'OPEN' && !group.viewerRefusal && h('button', { class: 'primary', onclick: () => openProduct(campaign.product, campaign, group.id) }, t('join')),
    !mine && group.state === 'OPEN' && group.viewerRefusal && h('p', {}, t('codes')[group.viewerRefusal] ?? group.viewerRefusal),
    !mine && group.state !== 'OPEN' && campaign.campaignState === 'OPEN' && h('button', { class: 'primary', onclick: () => openProduct(campaign.product, campaign) }, t('openGroup')),
    share && currentSession() && h('button', { onclick: () => copy(share.url) }, t('share')),
  ];
}

export async function copy(url) {
  try {
    await navigator.clipboard.writeText(url);
    toast(t('copied'));
  } catch {
    toast(url); // no clipboard without https
  }
}
