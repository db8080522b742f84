// Shops in a real browser: node browser.mjs CHROMIUM URL [SCREENSHOT-FOLDER]. Prints one JSON line of what it saw; exits 1 with the reason.
import { chromium } from 'playwright-core';

const [executablePath, url, pictures] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.setDefaultTimeout(60_000);
const problems = [];
const strangers = [];
page.on('pageerror', (error) => problems.push(String(error)));
page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
page.on('request', (request) => {
  const { protocol, host } = new URL(request.url());
  if (protocol.startsWith('http') && host !== new URL(url).host) strangers.push(request.url());
});
const picture = (name) => pictures && page.screenshot({ path: `${pictures}/${name}.png` });
try {
  await page.goto(url);
  await page.waitForSelector('.grid .card:not(.ghost) .picture img');
  await page.waitForFunction(() => [...document.querySelectorAll('.grid .card img')].slice(0, 4).every((img) => img.complete && img.naturalWidth > 0));
  await picture('feed');
  const cards = await page.locator('.grid .card:not(.ghost)').count();
  await page.locator('.grid .card:not(.gone):not(.ghost):not(.group)').first().click();
  await page.locator('dialog .buy button.primary').click();
  await page.waitForFunction(() => document.querySelectorAll('dialog.small, dialog.sheet').length > 0 && location.hash !== '');
  await picture('payment');
  await page.locator('dialog button.primary').last().click();
  await page.waitForSelector('.order .state.PAID');
  await picture('order');
  await page.waitForFunction(() => document.querySelectorAll('#trace-steps li.done').length >= 3); // the socket may be faster than the answer
  const steps = await page.locator('#trace-steps li.done').count();
  // The same visitor opens a group of two, and somebody else, in a browser of his own, joins it while the first one looks on.
  await page.goto(`${url}#/`);
  await page.locator('.grid .card.group', { hasText: '两人' }).first().click();
  await picture('campaign');
  await page.locator('dialog .buy button.primary').click();
  await page.locator('dialog.pay button.primary').click();
  await page.waitForSelector('.order .state.AWAITING_GROUP');
  await page.locator('.group-link').click();
  await page.waitForFunction(() => /\d\d:\d\d:\d\d/.test(document.querySelector('.state.group.OPEN .countdown')?.textContent) && document.querySelector('.live.on'));
  await picture('group');
  const friend = await (await browser.newContext()).newPage();
  friend.setDefaultTimeout(60_000);
  friend.on('pageerror', (error) => problems.push(String(error)));
  await friend.goto(page.url());
  await friend.locator('.actions button.primary').click();
  await friend.locator('dialog .buy button.primary').click();
  await friend.locator('dialog.pay button.primary').click();
  await friend.waitForSelector('.order .state.PAID');
  await page.waitForSelector('.state.group.COMPLETED');
  const seats = await page.locator('.seat:not(.free):not(.held)').count();
  await picture('complete');
  await page.goto(`${url}#/`);
  await page.fill('#search input', '耳机');
  await page.press('#search input', 'Enter');
  await page.waitForFunction(() => document.querySelector('.grid .card:not(.ghost) .title')?.textContent.includes('耳机'));
  const found = await page.locator('.grid .card').count();
  await page.goto(`${url}/graphiql`);
  await page.waitForSelector('.graphiql-execute-button');
  await page.locator('.graphiql-execute-button').click();
  await page.waitForFunction(() => document.querySelector('.result-window')?.textContent.includes('"edges"'));
  await picture('graphiql');
  console.log(JSON.stringify({ cards, steps, seats, found, problems, strangers }));
} catch (error) {
  await picture('failed');
  console.error(error, JSON.stringify({ problems, strangers }));
  process.exitCode = 1;
} finally {
  await browser.close();
}
