import { AddressSaveDocument, CheckoutDocument, OrderPlaceDocument, type CheckoutInput, type CheckoutQuery, type QuoteStateFragment } from '@kaituan/client';
import { client, failed, pay, refused, say, signedIn } from '../../lib/shop';
import { money } from '../../lib/words';

/** What the page's address says is to be bought: goods, a seat in a new group or in one that is open, or a live offer. */
function wanted({ sku, campaign, group, offer }: Record<string, string | undefined>): CheckoutInput {
  if (offer) return { liveOffer: { offerId: offer, quantity: 1 } };
  if (campaign) return { groupBuy: { campaignId: campaign, skuId: sku!, quantity: 1, ifLost: 'REFUND' } };
  if (group) return { groupBuy: { groupBuyId: group, skuId: sku!, quantity: 1, ifLost: 'REFUND' } };
  return { lines: [{ skuId: sku!, quantity: 1, payWithPoints: false }] };
}

const lines = (quote: QuoteStateFragment) => quote.lines.map(({ sku, quantity, unitPrice, total }) => {
  const picture = sku.media || sku.product.media[0];
  return { id: sku.id, title: sku.product.title, sku: sku.title, quantity, price: money(unitPrice), total: money(total), picture: picture ? picture.url : '' };
});

const coupons = (quote: QuoteStateFragment) => quote.coupons.filter(({ refusal }) => !refusal)
  .map(({ coupon, chosen, saves }) => ({ id: coupon.id, title: coupon.template.title, chosen, saves: money(saves) }));

const address = (me: CheckoutQuery['me']) => {
  const found = me && (me.addresses.filter(({ isDefault }) => isDefault)[0] || me.addresses[0]);
  return found ? { id: found.id, who: `${found.recipient} ${found.phoneMasked}`, where: found.region.concat(found.street).join(' ') } : null;
};

Page({
  data: {
    state: 'loading' as 'loading' | 'ready' | 'failed',
    address: null as ReturnType<typeof address>,
    lines: [] as ReturnType<typeof lines>,
    adjustments: [] as { title: string; amount: string }[],
    coupons: [] as ReturnType<typeof coupons>,
    points: 0,
    usePoints: false,
    subtotal: '', shipping: '', total: '',
    paying: false,
  },
  checkout: {} as CheckoutInput,
  token: '',

  onLoad(query: Record<string, string | undefined>) {
    this.checkout = wanted(query);
    return signedIn().then(() => this.load());
  },
  /** Asks for the price of what is chosen now. */
  load() {
    return client.query(CheckoutDocument, { input: this.checkout }).then(({ checkoutQuote: { quote, userErrors }, me }) => {
      const to = address(me);
      if (to) this.checkout.addressId = to.id;
      if (refused(userErrors) || !quote) return this.setData({ state: 'failed', address: to });
      this.show(quote);
      this.setData({ address: to });
    }).catch((error) => {
      this.setData({ state: 'failed' });
      failed(error);
    });
  },
  show(quote: QuoteStateFragment) {
    this.token = quote.token;
    this.setData({
      state: 'ready',
      lines: lines(quote),
      coupons: coupons(quote),
      adjustments: quote.adjustments.map(({ title, amount }) => ({ title, amount: money(amount) })),
      points: quote.pointsUsable,
      usePoints: quote.pointsUsed > 0,
      subtotal: money(quote.subtotal), shipping: Number(quote.shipping.amount) ? money(quote.shipping) : '包邮', total: money(quote.total),
    });
  },
  chooseCoupon({ currentTarget: { dataset } }: WechatMiniprogram.TouchEvent) {
    this.checkout.couponIds = dataset.chosen ? [] : [dataset.id];
    return this.load();
  },
  choosePoints() {
    this.checkout.usePoints = this.data.usePoints ? 0 : this.data.points;
    return this.load();
  },
  /** The platform's own address book; its phone is the shopper's to give. */
  chooseAddress() {
    wx.chooseAddress({
      success: ({ userName, telNumber, provinceName, cityName, countyName, detailInfo }) => {
        const region = [provinceName, cityName, countyName].filter((name, at, all) => name && all.indexOf(name) === at);
        client.mutate(AddressSaveDocument, { input: { recipient: userName, phone: telNumber, region, street: detailInfo, isDefault: true } })
          .then(({ addressSave: { userErrors } }) => { if (!refused(userErrors)) this.load(); }, failed);
      },
    });
  },
  place() {
    if (!this.data.address) return say('请先选择收货地址');
    if (this.data.paying) return;
    this.setData({ paying: true });
    // The key is kept until an answer comes: who taps again after a lost one gets the order that was placed.
    return client.keyed(`order:${JSON.stringify(this.checkout)}`, (idempotencyKey) => client.mutate(OrderPlaceDocument, { input: { idempotencyKey, checkout: this.checkout, quoteToken: this.token } }))
      .then(({ orderPlace: { order, payment, quote, userErrors } }) => {
        if (quote && userErrors.length) this.show(quote); // the price has changed: what holds now is shown, and ordered only by another tap
        if (refused(userErrors) || !order) return undefined;
        const shown = () => wx.redirectTo({ url: `/pages/order/index?id=${order.id}` });
        return payment && order.state === 'PENDING_PAYMENT' ? pay(payment).then(shown) : shown();
      }).catch(failed).then(() => this.setData({ paying: false }));
  },
});
