// What an order may spend besides money: a coupon and points. Nothing is asked before somebody opens it, so that buying stays three requests.
import { send, signedIn } from './api.js';
import { fill, h, money, report } from './dom.js';
import { t } from './words.js';

// extras asks what goods() cost with what is chosen here, and calls changed when there is, or will be, another quote.
export function extras(goods, changed) {
  let round = 0; // an answer to an older question is thrown away
  let asking = false;
  let couponId = '';
  let points = 0;
  let quote = null;
  const body = h('div', {});
  const element = h('details', { class: 'extras', ontoggle: () => element.open && !round && ask(true) }, h('summary', {}, t('extras')), body);
  const chosen = () => ({ couponIds: couponId ? [couponId] : [], usePoints: points });

  async function ask(opened) {
    if (!round && !opened) return;
    const mine = ++round;
    asking = true;
    changed();
    try {
      await signedIn();
      const { checkoutQuote } = await send('quote', { input: { ...goods(), ...chosen() } });
      if (mine !== round) return;
      quote = checkoutQuote.quote;
      // All that may be used is used, also when another coupon leaves more or less to pay.
      if (points && points !== Number(quote.pointsUsable)) {
        points = Number(quote.pointsUsable);
        return ask();
      }
      render();
    } catch (problem) {
      if (mine !== round) return;
      [quote, couponId, points, round] = [null, '', 0, 0];
      element.open = false;
      report(problem);
    }
    asking = false;
    changed();
  }

  function render() {
    const before = body.contains(document.activeElement) && document.activeElement.value;
    fill(body,
      ...(quote.coupons.length ? [option('', t('noCoupon')), ...quote.coupons.map(({ coupon, saves, refusal }) =>
        option(coupon.id, coupon.template.title, refusal ?? [t('saves'), money(saves)], refusal))] : [h('a', { href: '#/me' }, t('toClaim'))]),
      h('label', {}, h('input', { type: 'checkbox', value: 'points', checked: points > 0, disabled: Number(quote.pointsUsable) === 0, onchange: ({ target }) => choose(couponId, target.checked) }),
        h('span', {}, t('usePoints', quote.pointsUsable))),
      ...quote.adjustments.map(({ title, amount }) => row(title, money(amount))),
      Number(quote.pointsUsed) > 0 && row(t('pointsUsed'), t('points', quote.pointsUsed)),
      row(t('pointsEarned'), t('points', quote.pointsEarned)),
      ...quote.notices.map(({ message }) => h('p', {}, message)));
    if (before !== false) body.querySelector(`[value="${before}"]`)?.focus(); // whoever chooses by keyboard stays where he is
  }
  const row = (label, value) => h('div', { class: 'row' }, h('span', {}, label), h('span', {}, value));
  const option = (id, title, note, refused) => h('label', {},
    h('input', { type: 'radio', name: 'coupon', value: id, checked: id === couponId, disabled: Boolean(refused) && id !== couponId, onchange: () => choose(id, points > 0) }), h('span', {}, title), h('small', {}, note));

  function choose(coupon, withPoints) {
    couponId = coupon;
    points = withPoints ? Number(quote.pointsUsable) : 0;
    ask();
  }

  return {
    element,
    ask,
    quote: () => quote,
    waiting: () => asking,
    // What an order of the goods says of it; null while nobody has opened this.
    spent: () => quote && { goods: chosen(), seen: { quoteToken: quote.token } },
  };
}
