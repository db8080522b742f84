// Shops in a real browser; see launch.mjs.
import { browse } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const page = await open({ viewport: { width: 1280, height: 900 } });
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
  const friend = await open();
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
  return { cards, steps, seats, found };
});
