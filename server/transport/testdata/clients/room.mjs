// Two viewers in the demo's live room, at a phone's width, one of them by keyboard; see launch.mjs.
import { browse } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const phone = { viewport: { width: 390, height: 844 } };
  const shows = (window, selector, text) => window.waitForFunction(([at, wanted]) => [...document.querySelectorAll(at)].some((each) => each.textContent.includes(wanted)), [selector, text]);
  const page = await open(phone);
  const press = async (where, key = 'Enter') => {
    await where.focus();
    await page.keyboard.press(key);
  };
  const deal = (text) => page.locator('.coupon', { hasText: text });

  await page.goto(url);
  await page.waitForSelector('.rooms a');
  await picture('live-strip');
  await press(page.locator('.rooms a').first());
  await page.waitForSelector('.live.on');
  await shows(page, '.comments li', '欢迎来到果园直播间');

  // Another one looks on; its sockets can be broken, and what it asks for is written down.
  const watcher = await open(phone);
  await watcher.addInitScript(() => {
    window.asked = [];
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
      constructor(...args) {
        super(...args);
        window.sockets.push(this);
      }

      send(text) {
        const message = JSON.parse(text);
        if (message.type === 'subscribe') {
          window.asked.push(message.payload.variables.after);
          if (window.away) { // until back is called; the cursor is forgotten by then
            delete message.payload.variables.after;
            window.back = () => super.send(JSON.stringify(message));
            return;
          }
        }
        super.send(text);
      }
    };
  });
  await watcher.goto(page.url());
  await watcher.waitForSelector('.live.on');
  await shows(page, '.state', '2 人在看');

  // A comment, likes, a coupon and a ticket, by keyboard; the other one sees it all.
  await page.locator('.say input').fill('看起来很甜');
  await press(page.locator('.say input'));
  await shows(watcher, '.comments li', '看起来很甜');
  for (let taps = 0; taps < 3; taps += 1) await press(page.locator('.heart'), ' ');
  await shows(watcher, '.state', '3 赞');
  await press(deal('红包').locator('button'));
  await shows(page, '.coupon .USABLE', '已领取');
  const focused = await page.evaluate(() => document.activeElement.textContent.includes('红包'));
  await shows(watcher, '.coupon', '剩 19');
  await press(deal('抽奖').locator('button'));
  await shows(page, '.coupon em', '1 号');
  await shows(watcher, '.coupon', '1 人参与');
  await picture('live-room');
  const wide = (window) => window.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const cut = [await wide(page)];

  // The watcher's connection breaks: it says so, and goes on after what it has seen.
  const broken = await watcher.evaluate(() => new Promise((resolve) => {
    const live = document.querySelector('.live');
    new MutationObserver(() => !live.classList.contains('on') && resolve(live.textContent)).observe(live, { attributes: true, childList: true });
    window.sockets.at(-1).close(3000);
  }));
  await page.locator('.say input').fill('多少钱一箱');
  await press(page.locator('.say button.primary'));
  await shows(watcher, '.comments li', '多少钱一箱');
  await watcher.waitForSelector('.live.on');
  const asked = await watcher.evaluate(() => window.asked);
  const comments = await watcher.locator('.comments li').allTextContents();

  // It was away for so long that it is told the whole room: what was hidden meanwhile is gone.
  await watcher.evaluate(() => {
    window.away = true;
    window.sockets.at(-1).close(3000);
  });
  await watcher.waitForFunction(() => window.back);
  const ask = async (query, variables, token) => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()).data;
  };
  const host = await ask('mutation { sessionCreate(input: {channel: H5, code: "demo:host"}) { session { accessToken } } }');
  const rude = page.locator('.comments li', { hasText: '看起来很甜' });
  await ask('mutation($in: LiveCommentHideInput!) { liveCommentHide(input: $in) { userErrors { code } } }',
    { in: { roomId: decodeURIComponent(page.url().split('/live/')[1]), commentId: await rude.getAttribute('data-id') } }, host.sessionCreate.session.accessToken);
  await rude.waitFor({ state: 'detached' });
  await watcher.evaluate(() => {
    window.away = false;
    window.back();
  });
  await watcher.waitForFunction(() => !document.querySelector('.comments').textContent.includes('看起来很甜'));
  const left = await watcher.locator('.comments li').allTextContents();

  // The offer is bought, and everybody sees that one is gone.
  await press(deal('9.90').locator('button'));
  await picture('live-offer');
  await press(page.locator('dialog .primary'));
  await page.locator('dialog.pay .primary').waitFor();
  await press(page.locator('dialog.pay .primary'));
  await page.waitForSelector('.order .state.PAID');
  const order = await page.locator('.order').innerText();
  await shows(watcher, '.coupon', '剩 29');
  await shows(watcher, '#toast', '买了 1 件');

  await watcher.click('#language');
  await shows(watcher, '.state', 'On air');
  await watcher.waitForSelector('.live.on');
  cut.push(await wide(watcher));
  await picture('live-en', watcher);
  const unsaid = (await watcher.locator('body').innerText() + order).match(/undefined|null|NaN|\[object/g) ?? [];
  return { cut: cut.includes(true), focused, broken, asked, comments, left, order, unsaid };
});
