// The product's panel: pictures, choice of SKU, quantity, address, and the buttons that buy, alone or in a group.
import { currentSession } from './api.js';
import { checkout } from './checkout.js';
import { busy, fill, h, less, memberMark, money, priceIn, sheet, times } from './dom.js';
import { extras } from './extras.js';
import { openGroups } from './groups.js';
import { t } from './words.js';

const most = 20; // of one thing in one order, for this page, and of a campaign what one person may have; the server has limits of its own

// openProduct shows a product; with a campaign it also opens groups, or joins the one of groupId.
export function openProduct(product, campaign, groupId) {
  const offerOf = (each) => campaign?.offers.find((offer) => offer.sku.id === each.id);
  let sku = product.skus.find((each) => each.available && (!campaign || offerOf(each))) ?? product.skus[0];
  let quantity = 1;
  let forPoints = false; // at the points mall's price
  const group = campaign && (groupId ? { groupBuyId: groupId } : { campaignId: campaign.id });
  const picture = h('img', { class: 'hero', alt: product.title, width: 800, height: 800 });
  const thumbs = h('div', { class: 'thumbs' });
  const price = h('div', { class: 'prices' });
  const options = h('div', { class: 'options' });
  const count = h('output', {});
  const stock = h('small', {});
  const total = h('b', {});
  const alone = () => ({ lines: [{ skuId: sku.id, quantity, payWithPoints: forPoints }] });
  const inGroup = () => ({ groupBuy: { ...group, skuId: sku.id, quantity } });
  const extra = extras(group ? inGroup : alone, update);
  const order = (goods, seen, spent) => checkout({ goods: { ...goods, ...spent?.goods }, seen: spent?.seen ?? seen, address: address.values() });
  const buy = busy(h('button', { class: campaign ? 'alone' : 'primary' }), () => order(alone(), cost(), !campaign && extra.spent()));
  const together = campaign && busy(h('button', { class: 'primary' }), () => order(inGroup(), { expectedTotal: groupTotal() }, extra.spent()));
  // What the chosen goods cost by themselves.
  function cost() {
    if (!forPoints) return { expectedTotal: times(sku.price.best.amount, quantity) };
    const { points, money: beside } = sku.pointsPrice;
    return { expectedTotal: times(beside?.amount ?? '0', quantity), expectedPoints: Number(points) * quantity };
  }
  // A leader's discount comes off once; the server says so if this page counts otherwise.
  function groupTotal() {
    const sum = times(offerOf(sku).price.amount, quantity);
    return !groupId && campaign.leaderReward?.kind === 'DISCOUNT' ? less(sum, campaign.leaderReward.amount.amount) : sum;
  }
  const address = addressPart();

  function update() {
    quantity = Math.max(1, Math.min(quantity, campaign?.perShopperLimit ?? most, most, sku.stock || 1));
    picture.src = sku.media?.url ?? picture.getAttribute('src') ?? product.media[0]?.url ?? '';
    forPoints &&= Boolean(sku.pointsPrice);
    fill(price, campaign ? h('s', {}, money(sku.price.best)) : money(sku.price.best, 'best'), !campaign && memberMark(sku.price), !campaign && product.price.list && product.skus.length === 1 && h('s', {}, money(product.price.list)));
    options.replaceChildren(...choices(product, sku, (next) => { sku = next; chosen(); }), ...(campaign ? [] : ways(sku, forPoints, (next) => { forPoints = next; chosen(); })));
    count.textContent = quantity;
    stock.textContent = sku.available ? (sku.stock === null ? '' : t('stock', sku.stock)) : t('soldOut');
    const quote = extra.quote();
    const { expectedTotal, expectedPoints } = cost();
    const sum = (amount) => money({ ...sku.price.best, amount });
    fill(total, quote && !together ? [money(quote.total), priceIn(quote.pointsUsed)] : [sum(expectedTotal), priceIn(expectedPoints)]);
    buy.disabled = !sku.available || extra.waiting();
    buy.textContent = sku.available ? t('buy') : t('soldOut');
    if (!together) return;
    buy.replaceChildren(t('alone'), ' ', ...total.childNodes);
    const offer = offerOf(sku);
    together.disabled = !sku.available || !offer || extra.waiting();
    fill(together, t(groupId ? 'join' : 'openGroup'), ' ', quote ? money(quote.total) : offer && sum(groupTotal()));
    if (offer) price.prepend(h('small', {}, t('groupPrice')), money(offer.price, 'best'), ...offer.rungs.map((rung) => h('small', {}, t('rung', rung.size), money(rung.price))));
  }
  // Another choice has another quote.
  function chosen() {
    extra.ask();
    update();
  }
  const step = (by) => h('button', { 'aria-label': by > 0 ? '+' : '−', onclick: () => { quantity += by; update(); chosen(); } }, by > 0 ? '+' : '−');

  picture.src = product.media[0]?.url ?? '';
  thumbs.append(...product.media.map(({ url, alt }) =>
    h('button', { onclick: () => { picture.src = url; } }, h('img', { src: url, alt: alt ?? '', width: 64, height: 64 }))));
  update();
  sheet('product',
    h('div', { class: 'pictures' }, picture, thumbs),
    h('div', { class: 'facts' },
      price, h('h2', {}, campaign?.title ?? product.title), campaign && h('p', { class: 'tags' }, h('i', { class: 'together' }, t('people', campaign.size)),
        campaign.newCustomersOnly && h('i', {}, t('newOnly')), campaign.leaderReward && h('i', {}, t('rewards')[campaign.leaderReward.kind])), h('p', { class: 'description' }, product.description),
      h('p', { class: 'tags' }, product.vendor && h('i', { class: 'vendor' }, product.vendor), ...product.tags.map((tag) => h('i', {}, tag))),
      options,
      h('div', { class: 'quantity' }, h('span', {}, t('quantity')), step(-1), count, step(1), stock),
      address.element,
      extra.element,
      campaign && !groupId && openGroups(campaign.id),
      h('div', { class: 'buy' }, !campaign && h('span', {}, t('total'), ' ', total), buy, together)));
}

// choices shows one row per option. Choosing a value keeps the other options as far as there is such a SKU.
function choices(product, chosen, choose) {
  const names = [...new Set(product.skus.flatMap((sku) => sku.options.map(({ name }) => name)))];
  const value = (sku, name) => sku.options.find((option) => option.name === name)?.value;
  return names.map((name) => h('div', { class: 'option' }, h('span', {}, name), h('div', {},
    ...[...new Set(product.skus.map((sku) => value(sku, name)))].map((each) => {
      const having = product.skus.filter((sku) => value(sku, name) === each);
      const alike = (sku) => names.filter((other) => value(sku, other) === value(chosen, other)).length;
      const next = having.reduce((best, sku) => (alike(sku) > alike(best) ? sku : best));
      return h('button', { class: `${each === value(chosen, name) ? 'on' : ''} ${having.some((sku) => sku.available) ? '' : 'gone'}`, onclick: () => choose(next) }, each);
    }))));
}

// ways are how one SKU may be paid for: with money, or in the points mall.
function ways({ price, pointsPrice }, forPoints, choose) {
  if (!pointsPrice) return [];
  const way = (points, ...label) => h('button', { class: points === forPoints ? 'on' : '', 'aria-pressed': String(points === forPoints), onclick: () => choose(points) }, ...label);
  return [h('div', { class: 'option' }, h('span', {}, t('payWith')), h('div', {}, way(false, money(price.best)),
    way(true, pointsPrice.money && [money(pointsPrice.money), ' + '], t('points', pointsPrice.points))))];
}

// addressPart is where orders go: the address that the shopper has, else a form.
export function addressPart() {
  const saved = currentSession()?.address;
  return saved ? { element: savedAddress(saved), values: () => undefined } : addressForm();
}

const savedAddress = ({ recipient, phoneMasked, region, street }) =>
  h('p', { class: 'address' }, h('span', {}, t('deliverTo')), ` ${recipient} ${phoneMasked} · ${region.join('')}${street}`);

// addressForm is filled in already: the demo should not be about typing.
function addressForm() {
  const field = (name, value) => [name, h('input', { value, autocomplete: 'off', maxlength: 80, 'aria-label': t(name), placeholder: t(name) })];
  const fields = Object.fromEntries([field('recipient', '林小满'), field('phone', '13800138000'), field('street', '文三路 88 号 3 幢 502')]);
  const region = ['浙江省', '杭州市', '西湖区'];
  return {
    element: h('details', { class: 'address' },
      h('summary', {}, h('span', {}, t('deliverTo')), ` 林小满 · ${region.join('')} `, h('small', {}, t('demoAddress'))), ...Object.values(fields)),
    values: () => ({ recipient: fields.recipient.value.trim(), phone: fields.phone.value.trim(), region, street: fields.street.value.trim() }),
  };
}
