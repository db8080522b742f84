// What a member has: the balance as it lives, the tier, the code for a till, coupons and the statement.
import { bars } from './bars.js';
import { send, signedIn } from './api.js';
import { busy, fill, h, money, toast } from './dom.js';
import { countdown, heard } from './groups.js';
import { livePage } from './live.js';
import { day, t, when } from './words.js';

// memberPage shows the membership and follows the points; it returns what ends that.
export function memberPage(page) {
  const account = h('div', { class: 'account' });
  const statement = statementList();
  let rest; // all that no change of points touches
  const view = livePage(page, {
    stream: 'pointsChanged',
    load: async () => {
      await signedIn();
      const { me, couponTemplates, serverTime } = await send('member');
      heard(serverTime);
      rest = [code(me.memberCode), coupons(me.coupons.nodes, couponTemplates.nodes), statement.element];
      return me.points;
    },
    // The words of what a stream tells are in the browser's language, which need not be the page's.
    reload: async () => (await send('points')).me.points,
    render: (body, points) => {
      if (!account.isConnected) body.replaceChildren(account, ...rest);
      fill(account, accountParts(points, (now) => view.show(now)));
      account.dataset.rank = points.tier.rank;
      statement.add(points.entries);
    },
  });
  return view.leave;
}

function accountParts({ available, held, debt, nextExpiry, tier, tierProgress, checkIn }, show) {
  const { points, next, pointsToNext, keepUntil } = tierProgress;
  const visit = busy(h('button', { class: 'check-in' }, t(checkIn.doneToday ? 'checkedIn' : 'checkIn')), async () => {
    const { checkIn: done } = await send('checkIn');
    toast(t('earned', done.earned));
    show(done.points);
  });
  if (checkIn.doneToday) visit.setAttribute('aria-disabled', 'true');
  return [
    h('div', { class: 'balance' }, h('p', {}, h('small', {}, t('balance')), h('b', { role: 'status' }, available)),
      h('p', {}, visit, h('small', {}, t('streak', checkIn.streakDays)))),
    Number(held) > 0 && h('p', {}, t('heldPoints', held)),
    Number(debt) > 0 && h('p', {}, t('debt', debt)),
    nextExpiry && h('p', {}, t('expires', [nextExpiry.points, day(nextExpiry.at)])),
    h('h2', {}, tier.name),
    next && h('progress', { max: next.threshold, value: points, 'aria-label': next.name }),
    h('p', {}, next ? t('toNext', [pointsToNext, next.name]) : t('topTier'), keepUntil && ` · ${t('keepUntil', day(keepUntil))}`),
    h('p', {}, tier.benefits.join(' · ')),
  ];
}

// code shows the member's code to a till, each for as long as it is good.
function code(first) {
  const box = h('div', { class: 'code' });
  function show({ value, validUntil }) {
    box.replaceChildren(bars(value), h('output', {}, value.replace(/(.{6})(?=.)/g, '$1 ')), h('small', {}, t('codeRenews'), ' ', countdown(validUntil, () => renewIn(1000))));
  }
  // Not at once: the server's clock may be a moment behind.
  const renewIn = (milliseconds) => setTimeout(async () => {
    if (!box.isConnected) return;
    try {
      const { me, serverTime } = await send('memberCode');
      heard(serverTime);
      show(me.memberCode);
    } catch {
      renewIn(5000);
    }
  }, milliseconds);
  show(first);
  return box;
}

function coupons(mine, templates) {
  const wallet = h('div', { class: 'coupons' }, ...mine.map(owned));
  const claim = (template) => busy(h('button', {}, t('claim')), async () => {
    const { couponClaim } = await send('claimCoupon', { input: { templateId: template.id } });
    const card = owned(couponClaim.coupon);
    wallet.prepend(card);
    open.querySelector(`[data-id="${template.id}"]`).remove();
    card.focus();
    toast(t('claimed'));
  });
  const open = h('div', { class: 'coupons' }, ...templates.filter(({ viewerClaimed, left }) => !viewerClaimed && left > 0).map((template) => coupon(template, template.id, t('validDays', template.validDays), claim(template))));
  return h('div', {}, h('h2', {}, t('coupons')), wallet, open);
}

const owned = ({ id, template, state, validUntil }) => coupon(template, id, t('validUntil', day(validUntil)), h('em', { class: state }, t('couponStates')[state]));

// coupon is a card of a template, with what can be done about it.
export const coupon = ({ title, discount, minSpend }, id, until, ...action) => h('div', { class: 'coupon', 'data-id': id, tabindex: -1 },
  discount.amount ? money(discount.amount, 'best') : h('span', { class: 'best' }, `-${Number(discount.percent)}%`),
  h('span', {}, h('b', {}, title), h('small', {}, minSpend && [t('from'), money(minSpend), ' · '], discount.cap && [t('atMost'), money(discount.cap), ' · '], until)), ...action);

// statementList shows entries, the newest first; add takes in the newest page again and again.
function statementList() {
  const list = h('ol', { class: 'entries' });
  const foot = h('div', { class: 'foot' });
  const known = new Set();

  function add({ nodes, pageInfo }, older) {
    const fresh = nodes.filter(({ id }) => !known.has(id));
    // Nothing known among the newest: this is the first page, or more has happened than a page holds.
    const anew = !older && fresh.length === nodes.length;
    if (anew) {
      known.clear();
      list.replaceChildren();
    }
    fresh.forEach(({ id }) => known.add(id));
    list[older ? 'append' : 'prepend'](...fresh.map(entry));
    if (!older && !anew) return;
    foot.replaceChildren(pageInfo.hasNextPage
      ? busy(h('button', {}, t('more')), async () => add((await send('statement', { after: pageInfo.endCursor })).me.points.entries, true))
      : t(known.size ? 'end' : 'empty'));
  }
  return { element: h('div', {}, h('h2', {}, t('statement')), list, foot), add };
}

const entry = ({ kind, points, balanceAfter, reason, reference, at }) => h('li', {},
  h('b', {}, reason, t('kinds')[kind] && h('em', {}, t('kinds')[kind])), h('b', { class: points > 0 ? 'plus' : '' }, points > 0 ? `+${points}` : points),
  h('small', {}, when(at), reference && ` · ${reference}`), h('small', {}, t('after', balanceAfter)));
