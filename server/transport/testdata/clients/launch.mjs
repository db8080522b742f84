// What the scripts of a real browser share: node SCRIPT CHROMIUM URL [FOLDER-OF-PICTURES]. What they walk through is the storefront, frontend-contracts/h5.
import { chromium } from 'playwright-core';

export const phone = { viewport: { width: 390, height: 844 } };

// shows waits until something at the selector says that text.
export const shows = (window, selector, text) => window.waitForFunction(([at, wanted]) => [...document.querySelectorAll(at)].some((each) => each.textContent.includes(wanted)), [selector, text]);

// press uses the keyboard alone.
export async function press(where, key = 'Enter') {
  await where.focus();
  await where.page().keyboard.press(key);
}

// ask sends GraphQL as somebody else: the host, the shop, a till.
export async function ask(url, token, query, variables) {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }, body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

// pay goes from the checkout to what was paid: the demo's address is saved where there is none.
export async function pay(page) {
  await page.waitForSelector('.checkout .addresses');
  if (await page.locator('.addresses form').count()) await press(page.locator('.addresses form button.primary'));
  await page.waitForSelector('.addresses input[type=radio]:checked');
  await press(page.locator('.checkout .buy-bar .primary'));
  await press(page.locator('dialog.pay .primary'));
  await page.locator('dialog.pay').waitFor({ state: 'detached' });
}

// faults are what keeps people out who do not see the page, or have no mouse: controls and pictures without a name, ids that are there twice, not one heading of the first rank, no
// main part, sideways scrolling.
export const faults = (page) => page.evaluate(() => {
  const text = (element) => (element?.textContent ?? '').trim();
  const named = (element) => text(element) || element.getAttribute('aria-label') || text(document.getElementById(element.getAttribute('aria-labelledby'))) || [...(element.labels ?? [])].some(text)
    || [...element.querySelectorAll('img[alt]')].some((img) => img.alt);
  const seen = (element) => element.checkVisibility();
  const found = [...document.querySelectorAll('button, a[href], input, summary, dialog, [role]:not([role=status])')].filter((element) => seen(element) && !named(element)).map((element) => `no name: ${element.outerHTML.slice(0, 120)}`);
  found.push(...[...document.querySelectorAll('img:not([alt])')].map((img) => `no alt: ${img.src}`));
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  found.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `twice: ${id}`));
  if (document.querySelectorAll('main').length !== 1 || !document.documentElement.lang) found.push('no main part, or no language');
  if ([...document.querySelectorAll('h1')].length !== 1) found.push(`${document.querySelectorAll('h1').length} first headings at ${location.hash}`);
  if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than the window at ${location.hash}`);
  const unsaid = document.body.innerText.match(/undefined|null|NaN|\[object/);
  return unsaid ? [...found, `unsaid: ${unsaid[0]}`] : found;
});

// browse runs visit with a way to open windows and to take pictures of them, and prints one JSON line of what it returns, of errors in any window, and of
// addresses elsewhere that were asked for. It exits 1 with the reason.
export async function browse(visit) {
  const [executablePath, url, pictures] = process.argv.slice(2);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const problems = [];
  const strangers = [];
  let first;
  async function open(options) {
    const page = await browser.newPage(options);
    first ??= page;
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(url).host) strangers.push(request.url());
    });
    return page;
  }
  const picture = (name, page = first) => pictures && page.screenshot({ path: `${pictures}/${name}.png` });
  try {
    console.log(JSON.stringify({ ...await visit({ url, open, picture }), problems, strangers }));
  } catch (error) {
    await picture('failed');
    console.error(error, JSON.stringify({ problems, strangers }));
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
