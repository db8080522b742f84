// Two viewers in the demo's live room, at a phone's width, one of them by keyboard, and its host; see launch.mjs.
import { ask, browse, faults, pay, phone, press, shows } from './launch.mjs';

await browse(async ({ url, open, picture }) => {
  const page = await open(phone);
  const wrong = [];
  const deal = (kind) => page.locator(`.deal.${kind}`);
  await page.goto(url);
  await press(page.locator('.room-card').first());
  await page.waitForSelector('.following.open');
  await shows(page, '.comments li', '欢迎来到果园直播间');
  const address = page.url();
  const roomId = decodeURIComponent(address.split('/live/')[1]);
  const { sessionCreate } = await ask(url, null, 'mutation { sessionCreate(input: {channel: H5, code: "demo:host"}) { session { accessToken } } }');
  const host = (mutation, input) => ask(url, sessionCreate.session.accessToken, mutation, { in: { roomId, ...input } });

  // Another one looks on, whose network can be cut: what he asks for then is refused.
  const watcher = await open(phone);
  const asked = [];
  let [cut, forget, socket] = [false, false];
  await watcher.routeWebSocket(/\/graphql$/, (ours) => {
    if (cut) return ours.close({ code: 3001 });
    const theirs = ours.connectToServer();
    socket = { close() { ours.close({ code: 3000 }); theirs.close(); } };
    ours.onMessage((text) => {
      const message = JSON.parse(text);
      if (message.type === 'subscribe') {
        asked.push(message.payload.variables.after);
        if (forget) delete message.payload.variables.after; // as if it were kept no more
      }
      theirs.send(JSON.stringify(message));
    });
  });
  await watcher.goto(address);
  await watcher.waitForSelector('.following.open');
  await shows(page, '.live-head small', '2 人在看');

  // A comment, likes, a coupon and a ticket, by keyboard; the other one sees it all, and what the host pins.
  await page.locator('.say input').fill('看起来很甜');
  await press(page.locator('.say input'));
  await shows(watcher, '.comments li', '看起来很甜');
  for (let taps = 0; taps < 3; taps += 1) await press(page.locator('.heart'), ' ');
  await shows(watcher, '.live-head small', '3 赞');
  await press(deal('drop').locator('button'));
  await shows(page, '.deal.drop .got', '已领取');
  await shows(watcher, '.deal.drop', '剩 19');
  await press(deal('lottery').locator('button'));
  await shows(page, '.deal.lottery .got', '1 号');
  await shows(watcher, '.deal.lottery', '1 人参与');
  const { product } = await ask(url, null, '{ product(handle: "sunshine-grape") { id } }');
  await host('mutation($in: LiveProductPinInput!) { liveProductPin(input: $in) { userErrors { code } } }', { productId: product.id, note: '刚到的青提' });
  await shows(watcher, '.deal.pinned', '刚到的青提');
  wrong.push(...await faults(page));
  await picture('live-room');

  // What has to be reviewed is seen by its author alone.
  await page.locator('.say input').fill('加我vx详聊');
  await press(page.locator('.say input'));
  await shows(page, '.comments em', '待审核');

  // The network is cut: the page says so, and catches up when it is back.
  cut = true;
  socket.close();
  await watcher.waitForSelector('.following.reconnecting');
  const broken = await watcher.locator('.following').innerText();
  await page.locator('.say input').fill('多少钱一箱');
  await press(page.locator('.say .send'));
  await shows(page, '.comments li', '多少钱一箱');
  cut = false;
  await shows(watcher, '.live-notice', '已追上');
  await watcher.waitForSelector('.following.open');
  await shows(watcher, '.comments li', '多少钱一箱');
  await picture('live-caught-up', watcher);
  const comments = await watcher.locator('.comments li').allTextContents();

  // It was away for so long that it is told the whole room: what was hidden meanwhile is gone.
  cut = forget = true;
  socket.close();
  await watcher.waitForSelector('.following.reconnecting');
  const rude = page.locator('.comments li', { hasText: '看起来很甜' });
  await host('mutation($in: LiveCommentHideInput!) { liveCommentHide(input: $in) { userErrors { code } } }', { commentId: await rude.getAttribute('data-id') });
  await rude.waitFor({ state: 'detached' });
  cut = false;
  await watcher.waitForFunction(() => !document.querySelector('.comments').textContent.includes('看起来很甜'));
  const left = await watcher.locator('.comments li').allTextContents();

  // The offer is bought, and everybody sees that one is gone.
  await press(page.locator('button.round[aria-label^="货架"]'));
  wrong.push(...await faults(page));
  await picture('live-shelf');
  await page.keyboard.press('Escape');
  await press(deal('offer').locator('button'));
  await pay(page);
  await page.waitForSelector('.order-state[data-state=PAID]');
  const order = await page.locator('.order-page').innerText();
  await shows(watcher, '.deal.offer', '剩 29');
  await watcher.evaluate(() => localStorage.setItem('kaituan.language', 'en'));
  await watcher.reload();
  await shows(watcher, '.on-air', 'On air');
  wrong.push(...await faults(watcher));
  await picture('live-en', watcher);
  return { broken, asked, comments, left, order, wrong };
});
