// From the button to the paid order: sign in and address when they are missing, then orderPlace and sandboxPay.
import { addressId, currentSession, random, send, signedIn } from './api.js';
import { busy, h, money, priceIn, report, sheet, toast } from './dom.js';
import { t } from './words.js';

// The key of the purchase under way. The same purchase sent twice (a second tap, a lost answer) has the same key and so is one order.
let purchase = {};

// justPlaced is the last order that orderPlace answered with, so that its page need not ask for it again.
export let justPlaced = null;

function keyOf(checkout) {
  const content = JSON.stringify([currentSession().name, checkout]);
  if (purchase.content !== content) purchase = { content, key: random() };
  return purchase.key;
}

// checkout orders goods, with what may be spent besides money. seen is what the panel showed; the server refuses when it would charge anything else.
export async function checkout({ goods, seen, address }) {
  await signedIn();
  await place({ ...goods, addressId: await addressId(address) }, seen);
}

async function place(cart, seen) {
  let placed;
  try {
    placed = (await send('placeOrder', { input: { idempotencyKey: keyOf(cart), checkout: cart, provider: 'SANDBOX', ...seen } })).orderPlace;
  } catch (problem) {
    const quote = problem.code === 'PRICE_CHANGED' && problem.payload?.quote;
    if (!quote) throw problem;
    askNewPrice(quote, () => place(cart, { quoteToken: quote.token }));
    return;
  }
  purchase = {}; // buying the same once more is a new order
  justPlaced = placed.order;
  // The order's page comes first: the payment sheet lies over it. An order of nothing is paid already.
  if (placed.order.state === 'PENDING_PAYMENT') {
    addEventListener('hashchange', () => pay(placed.order, placed.payment).catch(report), { once: true });
  }
  location.hash = `#/order/${placed.order.id}`;
}

function askNewPrice(quote, buyAnyway) {
  const close = sheet('small', h('h2', {}, t('priceChanged')), h('p', { class: 'amount' }, t('priceNow'), ' ', money(quote.total, 'best'), priceIn(quote.pointsUsed)),
    busy(h('button', { class: 'primary' }, t('buyAnyway')), async () => { await buyAnyway(); close(); }));
}

// pay opens the sandbox's payment sheet. Without a payment (the provider could not be asked, or the last one failed) it starts one.
export async function pay(order, payment) {
  const open = payment?.state === 'PENDING' ? payment : (await send('payAgain', { input: { orderId: order.id, provider: 'SANDBOX' } })).orderPay.payment;
  if (!open) return; // nothing left to pay: the order's page shows why
  const decide = (succeed) => async () => {
    const { sandboxPay } = await send('sandboxPay', { input: { paymentId: open.id, succeed } });
    close();
    if (!succeed) toast(t('payFailed'));
    document.dispatchEvent(new CustomEvent('order', { detail: sandboxPay.order }));
  };
  const close = sheet('small pay',
    h('h2', {}, t('payTitle')), h('p', { class: 'amount' }, money(open.amount, 'best')), h('p', { class: 'hint' }, t('payHint')),
    busy(h('button', { class: 'primary' }, t('payYes')), decide(true)),
    busy(h('button', {}, t('payNo')), decide(false)),
    h('button', { class: 'quiet', onclick: () => close() }, t('payLater')));
}
