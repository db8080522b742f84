// A member in a real browser; see launch.mjs.
import { ask, browse, faults, pay, phone, press, shows } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const page = await open(phone);
  const wrong = [];
  const look = async (name) => {
    wrong.push(...await faults(page));
    await picture(name);
  };
  const balance = (window, points) => window.waitForFunction((wanted) => document.querySelector('.balance b')?.textContent === wanted, String(points));
  const shownCode = async () => (await page.locator('.code output').textContent()).replaceAll(' ', '');

  // A visit pays points, and a till pays more for the code that the page shows, while the page stays as it is.
  await page.goto(`${url}#/me`);
  await page.waitForSelector('.account');
  await page.evaluate(() => { window.stayed = true; });
  await press(page.locator('.check-in'));
  await balance(page, 5);
  await shows(page, '.entries li', '+5');
  const code = await shownCode();
  await ask(url, 'kt_demo_partner', 'mutation($in: PointsEarnInput!) { pointsEarn(input: $in) { entry { points } userErrors { code } } }',
    { in: { idempotencyKey: `till-${code}`, member: { code }, channel: 'STORE', points: 600, reason: '门店消费', reference: 'till-7-001' } });
  await balance(page, 605);
  await shows(page, '.entries li', 'till-7-001');
  await page.waitForSelector('.account[data-rank="2"]');
  await press(page.locator('.ticket', { hasText: '满30减5' }).locator('button'));
  await shows(page, '.coupon-state.USABLE', '可用');
  const stayed = await page.evaluate(() => window.stayed === true);
  await look('member');

  // Another window of the same member looks on from here.
  const kept = await page.evaluate(() => localStorage.getItem('kaituan.session'));
  const watcher = await open(phone);
  await watcher.addInitScript((session) => localStorage.setItem('kaituan.session', session), kept);
  await watcher.goto(`${url}#/me`);
  await balance(watcher, 605);

  // From the points mall.
  const find = async (words) => {
    await page.goto(`${url}#/search?q=${encodeURIComponent(words)}`);
    await page.waitForFunction((wanted) => document.querySelector('.grid .card-title')?.textContent.includes(wanted), words);
    await press(page.locator('.grid .card').first());
    await page.waitForSelector('.price-panel');
    await press(page.locator('.buy-bar button:not(.open-group)').last());
  };
  await find('阳台蔬菜种子');
  await press(page.locator('dialog label', { hasText: '5 积分' }).locator('input'), ' ');
  await shows(page, 'dialog .primary', '5 积分');
  await press(page.locator('dialog .primary'));
  await pay(page);
  await page.waitForSelector('.order-state[data-state=PAID]');
  const mall = await page.locator('.sums').innerText();
  await balance(watcher, 600);

  // A coupon and points; what was quoted is what is charged.
  await find('五常');
  await press(page.locator('dialog .primary'));
  await press(page.locator('.savings input[type=radio]:not([value=""])'), ' ');
  await shows(page, '.sums', '-¥5');
  await press(page.locator('.savings [role=switch]'), ' ');
  await shows(page, '.sums', '-¥6');
  await page.waitForSelector('.checkout[aria-busy=false]');
  const focused = await page.evaluate(() => document.activeElement?.name);
  const quoted = await page.locator('.buy-bar .price').innerText();
  await look('checkout-points');
  await pay(page);
  await page.waitForSelector('.order-state[data-state=PAID]');
  const charged = await page.locator('.order-state .price').innerText();
  const order = await page.locator('.sums').innerText();
  await balance(watcher, 0);
  await shows(watcher, '.entries li', '-600');
  const lines = await watcher.locator('.entries li').count();

  // Consents and a copy of everything; the code renews itself, and every word is there in both languages.
  await page.goto(`${url}#/me`);
  await page.waitForSelector('.privacy [role=switch]');
  await press(page.locator('.privacy [role=switch]').first());
  await page.waitForSelector('.privacy [role=switch][aria-checked=true]');
  await press(page.locator('.privacy .actions button').first());
  const copy = await page.locator('.privacy a[download]').getAttribute('href');
  const exported = (await (await fetch(copy)).text()).includes('"coupons"');
  const before = await shownCode();
  await page.waitForFunction((old) => document.querySelector('.code output').textContent.replaceAll(' ', '') !== old, before);
  await press(page.locator('.me-head button').last());
  await shows(page, '.check-in', 'Checked in');
  await look('member-en');
  return { stayed, focused, quoted, charged, mall, order, lines, exported, wrong };
});
