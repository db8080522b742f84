// Shops by keyboard, opens a group that somebody else completes, searches, and asks GraphiQL; see launch.mjs.
import { browse, faults, pay, phone, press } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const page = await open(phone);
  const wrong = [];
  const look = async (name) => {
    wrong.push(...await faults(page));
    await picture(name);
  };
  await page.goto(url);
  await page.waitForSelector('.grid .card img');
  await page.waitForFunction(() => [...document.querySelectorAll('.card img')].slice(0, 2).every((img) => img.complete && img.naturalWidth > 0));
  await look('feed');
  const cards = await page.locator('.grid .card').count();
  await page.locator('.foot').scrollIntoViewIfNeeded();
  await page.waitForFunction((first) => document.querySelectorAll('.grid .card').length > first, cards);

  // A purchase by keyboard alone; the dialog takes the focus, gives it back, and Escape ends it.
  await press(page.locator('.grid .card:not(.gone):not(.group):not(.assist)').first());
  await page.waitForSelector('.price-panel');
  await look('product');
  const buy = page.locator('.buy-bar button:not(.open-group)').last();
  await press(buy);
  await page.waitForSelector('dialog[open]');
  const within = await page.evaluate(() => document.querySelector('dialog[open]').contains(document.activeElement));
  await look('choose');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  const back = await buy.evaluate((it) => it === document.activeElement);
  await press(buy);
  await press(page.locator('dialog .primary'));
  await page.waitForSelector('.checkout .addresses');
  await look('checkout');
  await pay(page);
  await page.waitForSelector('.order-state[data-state=PAID]');
  await look('order');

  // The same visitor opens a group of two, and somebody else, in a browser of his own, joins it while the first one looks on.
  await page.goto(`${url}#/`);
  await page.locator('.mini', { hasText: '两人拼苹果' }).click();
  await page.locator('.open-group').click();
  await page.locator('dialog .primary').click();
  await pay(page);
  await page.waitForFunction(() => /\d\d:\d\d:\d\d/.test(document.querySelector('.progress[data-state=OPEN] .countdown')?.textContent) && document.querySelector('.following.open'));
  await look('group');
  const friend = await open(phone);
  await friend.goto(page.url());
  await friend.locator('.actions .primary').click();
  await friend.locator('dialog .primary').click();
  await pay(friend);
  await friend.waitForSelector('.progress[data-state=COMPLETED]');
  await page.waitForSelector('.progress[data-state=COMPLETED]');
  const seats = await page.locator('.seat:not(.free):not(.held)').count();
  await look('complete');

  await page.goto(`${url}#/search`);
  await page.fill('input[type=search]', '耳机');
  await page.press('input[type=search]', 'Enter');
  await page.waitForFunction(() => document.querySelector('.grid .card-title')?.textContent.includes('耳机'));
  const found = await page.locator('.grid .card').count();
  await look('search');

  // Beside the page there is room for what the backend does: the first feed was one query.
  const wide = await open({ viewport: { width: 1440, height: 900 } });
  await wide.goto(url);
  await wide.waitForSelector('.trace-list li');
  const trace = await wide.locator('.trace-list li').allInnerTexts();
  await picture('wide', wide);
  await page.goto(`${url}/graphiql`);
  await page.waitForSelector('.graphiql-execute-button');
  await page.locator('.graphiql-execute-button').click();
  await page.waitForFunction(() => document.querySelector('.result-window')?.textContent.includes('"edges"'));
  await picture('graphiql');
  return { cards, seats, found, within, back, trace, wrong };
});
