// A member in a real browser, at a phone's width; see launch.mjs.
import { browse } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const phone = { viewport: { width: 390, height: 844 } };
  const page = await open(phone);
  const press = async (where, key = 'Enter') => {
    await where.focus();
    await page.keyboard.press(key);
  };
  const shows = (window, selector, text) => window.waitForFunction(([at, wanted]) => document.querySelector(at)?.textContent.includes(wanted), [selector, text]);
  const balance = (window, points) => window.waitForFunction((wanted) => document.querySelector('.balance b')?.textContent === wanted, String(points));
  const shownCode = async () => (await page.locator('.code output').textContent()).replaceAll(' ', '');

  // A visit pays points, and a till pays more for the code that the page shows, while the page stays as it is.
  await page.goto(`${url}#/me`);
  await page.waitForSelector('.live.on');
  await page.evaluate(() => { window.stayed = true; });
  await press(page.locator('.check-in'));
  await balance(page, 5);
  await shows(page, '.entries li', '+5');
  const code = await shownCode();
  const earned = await (await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer kt_demo_partner' },
    body: JSON.stringify({
      query: 'mutation($in: PointsEarnInput!) { pointsEarn(input: $in) { entry { points } userErrors { code } } }',
      variables: { in: { idempotencyKey: `till-${code}`, member: { code }, channel: 'STORE', points: 600, reason: '门店消费', reference: 'till-7-001' } },
    }),
  })).json();
  if (earned.data?.pointsEarn?.entry?.points !== 600) throw new Error(JSON.stringify(earned));
  await balance(page, 605);
  await shows(page, '.entries li', 'till-7-001');
  await page.waitForSelector('.account[data-rank="2"]');
  await press(page.locator('.coupon', { hasText: '满30减5' }).locator('button'));
  await shows(page, '.coupon .USABLE', '可用');
  const stayed = await page.evaluate(() => window.stayed === true);
  await picture('member');

  // Another window of the same member looks on from here.
  const session = await page.evaluate(() => sessionStorage.getItem('kaituan.session'));
  const watcher = await open(phone);
  await watcher.addInitScript((kept) => sessionStorage.setItem('kaituan.session', kept), session);
  await watcher.goto(`${url}#/me`);
  await watcher.waitForSelector('.live.on');
  await balance(watcher, 605);

  // From the points mall: points and money, without a quote.
  const pay = async () => {
    await press(page.locator('dialog .buy button.primary'));
    await page.locator('dialog.pay button.primary').waitFor();
    await press(page.locator('dialog.pay button.primary'));
    await page.waitForSelector('.order .state.PAID');
  };
  const find = async (words) => {
    await page.fill('#search input', words);
    await page.press('#search input', 'Enter');
    await page.waitForFunction((wanted) => document.querySelector('.grid .card:not(.ghost) .title')?.textContent.includes(wanted), words);
    await press(page.locator('.grid .card').first());
  };
  await find('阳台蔬菜种子');
  await press(page.locator('dialog .option button', { hasText: '5 积分' }), ' ');
  await shows(page, 'dialog .buy b', '5 积分');
  await picture('mall');
  await pay();
  const mall = await page.locator('.order .rows').innerText();
  await balance(watcher, 600);

  // A coupon and points, by keyboard; what was quoted is what is charged.
  await page.goto(`${url}#/`);
  await find('五常');
  await press(page.locator('dialog .extras summary'));
  await press(page.locator('dialog .extras input[type=radio]:not([value=""])'), ' ');
  await shows(page, 'dialog .extras', '-¥5');
  await press(page.locator('dialog .extras input[type=checkbox]'), ' ');
  await shows(page, 'dialog .extras', '-¥6');
  await page.waitForSelector('dialog .buy button.primary:enabled');
  const focused = await page.evaluate(() => document.activeElement?.value);
  const quoted = await page.locator('dialog .buy b .money').innerText();
  await picture('panel');
  await pay();
  const charged = await page.locator('.order .state .money').innerText();
  const order = await page.locator('.order .rows').innerText();
  await picture('points-order');
  await balance(watcher, 0);
  await shows(watcher, '.entries li:nth-child(2)', '-600');
  const lines = await watcher.locator('.entries li').count();

  // The code renews itself, and every word is there in both languages.
  await page.goto(`${url}#/me`);
  await page.waitForSelector('.live.on');
  const before = await shownCode();
  await page.waitForFunction((old) => document.querySelector('.code output').textContent.replaceAll(' ', '') !== old, before);
  await page.click('#language');
  await shows(page, '.check-in', 'Checked in');
  await picture('member-en');
  const unsaid = (await page.locator('body').innerText() + mall + order).match(/undefined|null|NaN|\[object/g) ?? [];
  return { stayed, focused, quoted, charged, mall, order, lines, unsaid };
});
