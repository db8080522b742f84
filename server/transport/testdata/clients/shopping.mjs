// A cart, a price that changes under one's hands, a refund, an invitation to help, and the other language; see launch.mjs.
import { ask, browse, faults, phone, press, shows } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const page = await open(phone);
  const wrong = [];
  const look = async (name) => {
    wrong.push(...await faults(page));
    await picture(name);
  };
  const shop = (query, variables) => ask(url, 'kt_demo_partner', query, variables);

  // Two of one thing from the cart.
  const { product } = await ask(url, null, '{ product(handle: "wogan-mandarin") { id title skus { id code title price { sale { amount } } } } }');
  await page.goto(`${url}#/product/${product.id}`);
  await page.locator('.buy-bar button').first().click();
  await page.locator('dialog .primary').click();
  await shows(page, '.toasts', '已加入购物车');
  await page.locator('.to-cart').click();
  await page.locator('.stepper button').last().click();
  await shows(page, '.stepper output', '2');
  await look('cart');
  await page.locator('.cart .buy-bar .primary').click();
  await page.waitForSelector('.checkout .addresses form');
  await page.locator('.addresses form button.primary').click();
  await page.waitForSelector('.addresses input[type=radio]:checked');

  // The shop changes the price after it was shown: it is shown anew before anything is charged.
  const [sku] = product.skus;
  const dearer = '18.80';
  await shop('mutation($in: ProductsUpsertInput!) { productsUpsert(input: $in) { results { userErrors { code message } } userErrors { code } } }',
    { in: { products: [{ handle: 'wogan-mandarin', title: product.title, skus: [{ code: sku.code, price: dearer }] }] } });
  await page.locator('.checkout .buy-bar .primary').click();
  await shows(page, 'dialog h2', '价格刚刚变了');
  const now = await page.locator('dialog .price').innerText();
  await look('price-changed');
  await page.locator('dialog .primary').click();
  await page.locator('dialog.pay .primary').click();
  await page.waitForSelector('.order-state[data-state=PAID]');
  const charged = await page.locator('.order-state .price').innerText();
  const orderId = decodeURIComponent(page.url().split('/order/')[1]);

  // The money goes back when the shop says so, and the page follows.
  await page.locator('.actions button', { hasText: '申请退款' }).click();
  await page.locator('dialog .primary').click();
  await page.waitForSelector('.order-state[data-state=REFUNDING]');
  const { order } = await shop('query($id: ID!) { order(id: $id) { refunds { id } } }', { id: orderId });
  await shop('mutation($in: RefundDecideInput!) { refundDecide(input: $in) { userErrors { code } } }', { in: { refundId: order.refunds[0].id, approve: true, restock: true } });
  await page.waitForSelector('.order-state[data-state=REFUNDED]');
  await look('refunded');
  await page.goto(`${url}#/orders`);
  await shows(page, '.order-row', '已退款');
  await look('orders');

  // A payment that fails can be tried again.
  await page.goto(`${url}#/product/${product.id}`);
  await page.locator('.buy-bar button:not(.open-group)').last().click();
  await page.locator('dialog .primary').click();
  await page.waitForSelector('.addresses input[type=radio]:checked');
  await page.locator('.checkout .buy-bar .primary').click();
  await page.locator('dialog.pay button', { hasText: '失败' }).click();
  await shows(page, '.toasts', '支付没有成功');
  await page.locator('dialog.pay .primary').click();
  await page.waitForSelector('.order-state[data-state=PAID]');

  // A friend who opens the shared link helps, and both see it.
  await page.goto(`${url}#/invite`);
  await page.waitForSelector('.invite-hero output');
  await look('invite');
  await page.locator('li', { hasText: '砍价' }).locator('button').click();
  await page.waitForSelector('.assist-page .following.open');
  await look('assist');
  await page.locator('.actions .primary').click();
  await page.waitForFunction(() => document.querySelector('.poster')?.naturalWidth > 0);
  const link = await page.locator('.share .url').innerText();
  await picture('poster');
  await page.keyboard.press('Escape');
  const friend = await open(phone);
  await friend.goto(link);
  await friend.waitForSelector('.assist-page');
  await press(friend.locator('.actions .primary'));
  await shows(friend, '.progress', '1/3');
  await shows(page, '.progress', '1/3');
  await shows(page, '.people li', 'v**');
  wrong.push(...await faults(friend));

  await page.goto(`${url}#/`);
  await page.locator('.language').click();
  await shows(page, '.tabs', 'Orders');
  await look('feed-en');
  await page.locator('.language').click();
  await shows(page, '.tabs', '订单');
  return { now, charged, wrong };
});
