import { OrderCancelDocument, OrderChangedDocument, OrderCompleteDocument, OrderDocument, OrderPayDocument, type OrderDetailFragment } from '@kaituan/client';
import { client, clock, everySecond, failed, now, pay, refused, sharing, signedIn } from '../../lib/shop';
import { left, moment, money, orderStates } from '../../lib/words';

function view(order: OrderDetailFragment) {
  const { state, number, placedAt, lines, adjustments, subtotal, shipping, total, address, shipments, refunds, timeline, groupBuy } = order;
  return {
    order: state, words: orderStates[state], number, placed: moment(placedAt),
    lines: lines.map(({ id, title, quantity, media, sku, total: sum }) => ({ id, title, sku: sku.title, quantity, picture: media ? media.url : '', total: money(sum) })),
    adjustments: adjustments.map(({ title, amount }) => ({ title, amount: money(amount) })),
    subtotal: money(subtotal), shipping: Number(shipping.amount) ? money(shipping) : '包邮', total: money(total),
    address: address ? { who: `${address.recipient} ${address.phone}`, where: address.region.concat(address.street).join(' ') } : null,
    shipments: shipments.map(({ carrier, trackingNumber, events }) => ({ carrier, trackingNumber, last: events.length ? events[events.length - 1].text : '' })),
    refunds: refunds.map(({ id, state: is, amount, reason }) => ({ id, amount: money(amount), reason, state: is === 'SETTLED' ? '已退回' : '处理中' })),
    timeline: timeline.map(({ state: was, at }) => ({ key: was + at, words: orderStates[was], at: moment(at) })),
    group: groupBuy ? { id: groupBuy.id, missing: Math.max(0, groupBuy.size - groupBuy.paidSeats), open: groupBuy.state === 'OPEN' } : null,
  };
}

Page({
  data: Object.assign({ state: 'loading' as 'loading' | 'ready' | 'failed' | 'gone', left: '', paying: false }, {} as Partial<ReturnType<typeof view>>),
  id: '',
  order: undefined as OrderDetailFragment | undefined,
  leave: undefined as undefined | (() => void),
  stop: undefined as undefined | (() => void),

  onLoad({ id }: Record<string, string | undefined>) {
    this.id = id || '';
    return signedIn().then(() => client.query(OrderDocument, { id: this.id })).then(({ serverTime, order }) => {
      if (!order) return this.setData({ state: 'gone' });
      clock(serverTime);
      this.show(order);
      this.leave = client.subscribe(OrderChangedDocument, { id: this.id }, { next: ({ orderUpdated }) => this.show(orderUpdated) });
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
  show(order: OrderDetailFragment) {
    if (this.order && order.version < this.order.version) return;
    this.order = order;
    this.setData(Object.assign({ state: 'ready' as const }, view(order)));
    this.tick();
  },
  tick() {
    const { order } = this;
    if (order) this.setData({ left: order.state === 'PENDING_PAYMENT' && order.payment ? left(order.payment.expiresAt, now()) : '' });
  },
  pay() {
    if (this.data.paying) return;
    this.setData({ paying: true });
    return client.mutate(OrderPayDocument, { input: { orderId: this.id } }).then(({ orderPay: { payment, userErrors } }) => {
      if (refused(userErrors) || !payment) return undefined;
      return pay(payment);
    }).catch(failed).then(() => this.setData({ paying: false }));
  },
  cancel() {
    wx.showModal({
      title: '取消这个订单？',
      success: ({ confirm }) => {
        if (confirm) client.mutate(OrderCancelDocument, { input: { orderId: this.id } }).then(({ orderCancel: { order, userErrors } }) => { if (!refused(userErrors) && order) this.show(order); }, failed);
      },
    });
  },
  received() {
    return client.mutate(OrderCompleteDocument, { input: { orderId: this.id } }).then(({ orderComplete: { order, userErrors } }) => { if (!refused(userErrors) && order) this.show(order); }, failed);
  },
  openGroup() {
    wx.navigateTo({ url: `/pages/group/index?id=${this.data.group!.id}` });
  },
  onShareAppMessage() {
    const group = this.order && this.order.groupBuy;
    return sharing(group && group.share, '开团 · 和朋友一起拼更便宜');
  },
});
