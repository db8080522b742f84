// One order as it lives, and the list of all.
import { send, signedIn } from './api.js';
import { justPlaced, pay } from './checkout.js';
import * as documents from './documents.js';
import { busy, h, money } from './dom.js';
import { groupLink } from './groups.js';
import { subscribe } from './socket.js';
import { language, t } from './words.js';

const when = (time) => new Date(time).toLocaleString(language, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const stateName = (state) => t('states')[state] ?? state;

// orderPage shows an order and follows it; it returns what ends that.
export function orderPage(page, id) {
  const live = h('span', { class: 'live' });
  const body = h('div', { class: 'order' }, h('span', { class: 'spinner' }));
  let version = -1;
  let stop = () => {};
  let left = false;

  // An answer and an event may cross: what is older than what is shown is dropped.
  function show(order) {
    if (order.id !== id || Number(order.version) < version) return;
    version = Number(order.version);
    body.replaceChildren(...parts(order).filter(Boolean));
  }
  const onOrder = (event) => show(event.detail);
  const failed = (text) => body.replaceChildren(h('p', { class: 'foot' }, text));

  async function start() {
    try {
      await signedIn();
      const order = justPlaced?.id === id ? justPlaced : (await send('order', { id })).order;
      if (left) return;
      if (!order) return failed(t('noOrder'));
      show(order);
    } catch (problem) {
      return failed(problem.kind);
    }
    stop = subscribe(documents.orderUpdated, { id }, (data) => show(data.orderUpdated), (on) => {
      live.textContent = on ? t('live') : t('offline');
      live.classList.toggle('on', on);
    });
  }

  document.addEventListener('order', onOrder);
  page.replaceChildren(h('section', { class: 'narrow' }, h('div', { class: 'order-top' }, h('a', { href: '#/' }, `‹ ${t('back')}`), live), body));
  start();
  return () => {
    left = true;
    document.removeEventListener('order', onOrder);
    stop();
  };
}

function parts(order) {
  const row = (label, ...value) => h('div', { class: 'row' }, h('span', {}, label), h('span', {}, ...value));
  return [
    h('div', { class: `state ${order.state}` }, h('h2', {}, stateName(order.state)), h('p', {}, money(order.total, 'best'))),
    order.groupBuy && groupLink(order.groupBuy),
    actions(order),
    h('ol', { class: 'timeline' }, ...[...order.timeline].reverse().map(({ state, at, note }) =>
      h('li', {}, h('b', {}, stateName(state)), h('time', { datetime: at }, when(at)), note && h('small', {}, note)))),
    h('div', { class: 'lines' }, ...order.lines.map((line) => h('div', { class: 'line' },
      line.media && h('img', { src: line.media.url, alt: '', width: 72, height: 72 }),
      h('div', {}, h('b', {}, line.title), h('small', {}, `${line.sku.title} × ${line.quantity}`)), money(line.total)))),
    h('div', { class: 'rows' },
      row(t('subtotal'), money(order.subtotal)),
      ...order.adjustments.map(({ title, amount }) => row(title, money(amount))),
      row(t('shipping'), Number(order.shipping.amount) === 0 ? t('free') : money(order.shipping)),
      row(t('total'), money(order.total)),
      order.address && row(t('deliverTo'), `${order.address.recipient} ${order.address.phone} ${order.address.region.join('')}${order.address.street}`),
      ...order.shipments.map(({ carrier, trackingNumber }) => row(carrier, trackingNumber)),
      row(t('number'), order.number)),
  ];
}

function actions(order) {
  if (order.state !== 'PENDING_PAYMENT') return null;
  return h('div', { class: 'actions' },
    busy(h('button', { class: 'primary' }, t('payNow')), () => pay(order, order.payment)),
    busy(h('button', {}, t('cancel')), async () => {
      const { orderCancel } = await send('cancelOrder', { input: { orderId: order.id } });
      document.dispatchEvent(new CustomEvent('order', { detail: orderCancel.order }));
    }));
}

export async function ordersPage(page) {
  const list = h('div', { class: 'orders' });
  const foot = h('div', { class: 'foot' });
  page.replaceChildren(h('section', { class: 'narrow' }, h('h1', {}, t('myOrders')), list, foot));

  async function load(after) {
    foot.replaceChildren(h('span', { class: 'spinner' }));
    try {
      await signedIn();
      const { me } = await send('myOrders', { after });
      const { nodes, pageInfo } = me.orders;
      list.append(...nodes.map(summary));
      foot.replaceChildren(pageInfo.hasNextPage ? h('button', { onclick: () => load(pageInfo.endCursor) }, t('more')) : list.children.length ? t('end') : t('ordersEmpty'));
    } catch (problem) {
      foot.replaceChildren(h('p', {}, problem.kind ?? problem.message), h('button', { onclick: () => load(after) }, t('retry')));
    }
  }
  await load(null);
}

const summary = (order) => h('a', { class: 'summary', href: `#/order/${encodeURIComponent(order.id)}` },
  h('span', { class: 'faces' }, ...order.lines.slice(0, 4).map((line) => line.media && h('img', { src: line.media.url, alt: line.title, width: 72, height: 72 }))),
  h('span', { class: 'what' }, h('b', {}, order.lines.map((line) => line.title).join('、')), h('small', {}, when(order.placedAt))),
  h('span', { class: 'how' }, money(order.total), h('em', { class: order.state }, stateName(order.state))));
