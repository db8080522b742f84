// One order as it lives, and the list of all.
import { Problem, send, signedIn } from './api.js';
import { justPlaced, pay } from './checkout.js';
import { busy, fill, h, money, priceIn } from './dom.js';
import { groupLink } from './groups.js';
import { livePage } from './live.js';
import { t, when } from './words.js';

const stateName = (state) => t('states')[state] ?? state;

// orderPage shows an order and follows it; it returns what ends that.
export function orderPage(page, id) {
  const view = livePage(page, {
    stream: 'orderUpdated',
    variables: { id },
    load: async () => {
      await signedIn();
      const order = justPlaced?.id === id ? justPlaced : (await send('order', { id })).order;
      if (!order) throw new Problem('NOT_FOUND', t('noOrder'));
      return order;
    },
    render: (body, order) => fill(body, parts(order)),
  });
  const onOrder = ({ detail }) => detail.id === id && view.show(detail);
  document.addEventListener('order', onOrder);
  return () => {
    document.removeEventListener('order', onOrder);
    view.leave();
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
      Number(order.pointsUsed) > 0 && row(t('pointsUsed'), t('points', order.pointsUsed)),
      Number(order.pointsEarned) > 0 && row(t(order.state === 'COMPLETED' ? 'pointsGot' : 'pointsEarned'), t('points', order.pointsEarned)),
      ...order.refunds.map(({ reason, amount, points }) => row(`${t('refund')} · ${reason}`, money(amount), priceIn(points))),
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

const summary = (order) => h('a', { class: 'summary', href: `#/order/${order.id}` },
  h('span', { class: 'faces' }, ...order.lines.slice(0, 4).map((line) => line.media && h('img', { src: line.media.url, alt: line.title, width: 72, height: 72 }))),
  h('span', { class: 'what' }, h('b', {}, order.lines.map((line) => line.title).join('、')), h('small', {}, when(order.placedAt))),
  h('span', { class: 'how' }, money(order.total), h('em', { class: order.state }, stateName(order.state))));
