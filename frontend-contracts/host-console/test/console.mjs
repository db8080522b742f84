// A host runs a room from the console, and a viewer's socket sees each thing; see launch.mjs, which says what it is called with.
import WebSocket from 'ws';
import { browse } from '../../../server/transport/testdata/clients/launch.mjs';

const EVENTS = `subscription($id: ID!) { liveRoomEvents(roomId: $id) { __typename seq ... on LiveReset { room { state } } ... on LiveStateChanged { state } ... on LivePinChanged { pinned { note } }
  ... on LiveOfferChanged { offer { id left offerState price { amount } } } ... on LiveCouponDropChanged { drop { id left quantity } } ... on LiveLotteryChanged { lottery { id seedHash seed } }
  ... on LiveTick { comments { text } } ... on LiveCommentHidden { commentId } ... on LiveSlowModeChanged { seconds } ... on LiveShelfChanged { shelf { id } } } }`;

// A viewer, who only looks on. `saw` resolves with the first event of a kind for which `holds`.
function viewer(url, id) {
  const events = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(data);
    if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables: { id } } }));
    if (type === 'next') events.push({ ...payload.data.liveRoomEvents, came: Date.now() });
  });
  async function saw(kind, holds = () => true) {
    for (const begun = Date.now(); Date.now() - begun < 30_000; await new Promise((resolve) => setTimeout(resolve, 5))) {
      const found = events.find((event) => event.__typename === kind && holds(event));
      if (found) return found;
    }
    throw new Error(`the viewer never saw ${kind}: ${JSON.stringify(events.slice(-5))}`);
  }
  return { saw, close: () => socket.close() };
}

const closing = [];
await browse(async ({ url, open, picture }) => {
  async function ask(query, variables, token) {
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
  const signIn = async (name) => (await ask('mutation($code: String!) { sessionCreate(input: {channel: H5, code: $code}) { session { accessToken } } }', { code: `demo:${name}` })).sessionCreate.session.accessToken;
  const [ann, bo] = [await signIn('ann'), await signIn('bo')];

  const page = await open({ viewport: { width: 1440, height: 960 } });
  let sockets = 0;
  const asked = [];
  page.on('websocket', () => { sockets += 1; });
  page.on('request', (request) => request.url().endsWith('/graphql') && request.method() === 'POST' && asked.push(request.postData()));
  const panel = (name) => page.locator(`section.${name}`);
  const number = (name) => page.locator(`.chart.${name} strong`).innerText();
  const line = (name) => page.locator(`.chart.${name} .line`).getAttribute('d');
  const becomes = (name, value) => page.waitForFunction(([at, wanted]) => document.querySelector(`.chart.${at} strong`).textContent === wanted, [name, value]);

  // Signs in, and makes a room with two products on its shelf.
  await page.goto(`${url}/host/`);
  await picture('host-sign-in');
  await page.locator('.signin .primary').click();
  await page.locator('#title').fill('秋日果园专场');
  for (const index of [0, 1]) await page.locator('.picker input[type=checkbox]').nth(index).check();
  await picture('host-rooms');
  const before = asked.length;
  await page.locator('form .primary').click();
  await page.locator('.stage .state.SCHEDULED').waitFor();
  await page.locator('.badge.open').waitFor();
  const queries = asked.slice(before).filter((body) => !body.includes('idempotencyKey')).length;
  const roomId = decodeURIComponent(new URL(page.url()).hash.slice(2));
  const { saw, close } = viewer(url, roomId);
  closing.push(close);
  await saw('LiveReset');

  // On air and pinned, by keyboard.
  await page.keyboard.press('s');
  await saw('LiveStateChanged', ({ state }) => state === 'LIVE');
  await page.locator('.stage .state.LIVE').waitFor();
  await becomes('viewers', '2');
  const audience = await line('viewers');
  await panel('shelf').locator('input').fill('现摘现发');
  await page.locator('h1').click();
  const pressed = Date.now();
  await page.keyboard.press('2');
  const pinned = await saw('LivePinChanged', (event) => event.pinned?.note === '现摘现发');
  await page.locator('.shelf .item.on').waitFor();

  // An offer, which somebody buys.
  await page.keyboard.press('o');
  await page.keyboard.type('1.00');
  await page.keyboard.press('Enter');
  const { offer } = await saw('LiveOfferChanged', (event) => event.offer.price.amount === '1.00' && event.offer.left === 10);
  const sales = await line('sales');
  const placed = await ask('mutation($in: OrderPlaceInput!) { orderPlace(input: $in) { payment { id } userErrors { code message } } }',
    { in: { idempotencyKey: 'console', checkout: { liveOffer: { offerId: offer.id, quantity: 2 } }, expectedTotal: '2.00' } }, ann);
  await ask('mutation($id: ID!) { sandboxPay(input: {paymentId: $id}) { userErrors { code } } }', { id: placed.orderPlace.payment.id }, ann);
  await becomes('orders', '1');
  await becomes('sales', '¥2.00');
  await saw('LiveOfferChanged', (event) => event.offer.left === 8);

  // Coupons, and who claims one.
  await panel('drops').locator('form .primary').click();
  const { drop } = await saw('LiveCouponDropChanged');
  await ask('mutation($id: ID!) { liveCouponClaim(input: {dropId: $id}) { userErrors { code } } }', { id: drop.id }, bo);
  await page.waitForFunction(() => document.querySelector('.drops .item').textContent.includes('19/20'));

  // A lottery: its commitment is shown from the start, the seed after the draw.
  await page.locator('h1').click();
  await page.keyboard.press('l');
  await page.keyboard.type('沃柑一箱');
  await page.keyboard.press('Enter');
  const { lottery } = await saw('LiveLotteryChanged');
  await page.waitForFunction((hash) => document.querySelector('.lottery .proof')?.textContent.includes(hash), lottery.seedHash);
  await ask('mutation($id: ID!) { liveLotteryEnter(input: {lotteryId: $id}) { userErrors { code } } }', { id: lottery.id }, bo);
  await page.waitForFunction(() => /1 人参与/.test(document.querySelector('.lottery').textContent));
  await ask('mutation($id: ID!) { liveLike(input: {roomId: $id, count: 30, clientId: "console"}) { likeCount } }', { id: roomId }, bo);
  await becomes('likes', '30');

  // Comments: one is hidden, its author muted, another one made moderator; what waits for review is let through.
  const speak = (text, token) => ask('mutation($in: LiveCommentSendInput!) { liveCommentSend(input: $in) { held userErrors { code } } }', { in: { roomId, text, clientId: String(Math.random()) } }, token);
  await speak('主播快一点嘛', bo);
  const rude = page.locator('.talk .line', { hasText: '主播快一点' });
  await rude.waitFor();
  await speak('一箱几斤？', ann);
  await page.locator('.talk .line', { hasText: '一箱几斤' }).waitFor();
  const { held } = (await speak('加qq聊', ann)).liveCommentSend;
  if (held) {
    await page.locator('.held', { hasText: '加qq聊' }).waitFor();
    await picture('host-console');
    await page.locator('.held .small').first().click();
    await saw('LiveTick', ({ comments }) => comments.some(({ text }) => text === '加qq聊'));
  } else await picture('host-console');
  await rude.hover();
  await rude.locator('.mute').click();
  await page.locator('.toasts p').first().waitFor();
  await rude.locator('.small').first().click();
  await saw('LiveCommentHidden');
  await rude.waitFor({ state: 'detached' });
  const muted = (await speak('凭什么', bo)).liveCommentSend.userErrors.map(({ code }) => code);
  const asker = page.locator('.talk .line', { hasText: '一箱几斤' });
  await asker.hover();
  await asker.locator('.small').last().click();
  await page.waitForFunction(() => document.querySelectorAll('.toasts p').length > 0);
  await page.locator('.slow select').selectOption('15');
  await saw('LiveSlowModeChanged', ({ seconds }) => seconds === 15);
  await page.locator('.comments form input').fill('一箱五斤，包邮');
  await page.locator('.comments form .primary').click();
  await page.locator('.talk .line b.HOST').waitFor();

  await panel('lottery').locator('.strong').click();
  const drawn = await saw('LiveLotteryChanged', (event) => event.lottery.seed);
  await page.waitForFunction((seed) => document.querySelector('.lottery .proof').textContent.includes(seed), drawn.lottery.seed);
  const moved = (await line('viewers')) !== audience && (await line('sales')) !== sales;
  await picture('host-later');

  // English, where it left off; then it is over.
  await page.locator('#language').click();
  await page.locator('.badge.open').waitFor();
  await page.locator('.stage .state', { hasText: 'On air' }).waitFor();
  await page.keyboard.press('?');
  await picture('host-en');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const text = await page.locator('body').innerText();
  await page.locator('.stage .danger').click();
  await page.locator('.stage .danger').click();
  await saw('LiveStateChanged', ({ state }) => state === 'ENDED');
  await page.locator('.stage .state.ENDED').waitFor();
  return { queries, sockets, held, muted, moved, wide, milliseconds: pinned.came - pressed, orders: await number('orders'), unsaid: text.match(/undefined|null|NaN|\[object/g) ?? [] };
});
closing.forEach((close) => close()); // an open socket would keep this running
