// Walks through the built mini-program against a running demo shop: node walk.mjs wechat|douyin BUILD-FOLDER URL. It prints what it saw as one JSON line.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renamed, seen, start, until } from './platform.mjs';

const [platform, built, url] = process.argv.slice(2);
const api = { wechat: 'wx', douyin: 'tt' }[platform];
const folder = platform === 'wechat' ? join(built, platform) : mkdtempSync(join(tmpdir(), 'kaituan-douyin-'));
if (platform !== 'wechat') renamed(join(built, platform), folder);

// Somebody else, who shops without pages.
async function ask(query, variables, token) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}
const signIn = async (name) => (await ask('mutation($code: String!) { sessionCreate(input: {channel: H5, code: $code}) { session { accessToken } } }', { code: `demo:${name}` })).sessionCreate.session.accessToken;
const bo = await signIn('bo');
const stamp = Date.now().toString(36); // two walks may share a shop

const address = { userName: '小满', telNumber: '13800138000', provinceName: '上海市', cityName: '上海市', countyName: '徐汇区', detailInfo: '漕溪北路 1 号' };
const app = await start(folder, api, { code: `demo:new${stamp}`, address });
const page = (name) => until(`${name} is ready`, () => app.top().name === name && app.top().data().state !== 'loading' && app.top());

// Home: what is in it has a price, a reason and, of group buys, a countdown.
let here = await page('index');
assert.equal(here.data().state, 'ready');
const { cards, groups, rooms } = here.data();
assert.ok(cards.every(({ price, reason, title }) => /^¥\d/.test(price) && reason && title), JSON.stringify(cards));
assert.ok(groups.length && rooms.length === 1);
assert.match(here.text(), /\d\d:\d\d:\d\d/);
assert.equal(here.count('.item'), cards.length);
here.call('onReachBottom');
await until('the next page is there', () => here.data().cards.length > cards.length);
assert.equal(new Set(here.data().cards.map(({ key }) => key)).size, here.data().cards.length);

// Product: a group of two is opened, delivered to an address that the platform gives, and paid in the sandbox.
here.tap('.group', (text) => text.includes('2 人团'));
here = await page('product');
assert.match(here.text(), /2人团.*单独买¥[\d.]+.*开团¥[\d.]+/);
const shared = here.call('onShareAppMessage');
assert.match(shared.path, /^\/pages\/product\/index\?t=/);
const price = here.data().campaign.price;
here.tap('.group');
here = await page('checkout');
assert.equal(here.data().total, price);
assert.equal(here.data().address, null);
here.tap('.address');
await until('the address is there', () => here.data().address);
assert.match(here.text(), /小满138\*{4}8000/);
here.tap('.place');

// Order: it waits for the group, which somebody else completes while its page looks on.
here = await page('order');
await until('the order is paid', () => here.data().order === 'AWAITING_GROUP');
assert.match(here.text(), /待成团.*还差1人/);
const order = here;
here.tap('.group');
here = await page('group');
assert.equal(here.data().seats.filter(({ kind }) => kind === 'taken').length, 1);
assert.match(here.text(), /还差1人·\d\d:\d\d:\d\d后结束/);
const invitation = here.call('onShareAppMessage');
assert.match(invitation.path, /^\/pages\/group\/index\?t=/);
const group = here;
const friend = await app.open(invitation.path); // as who was invited opens it
await until('the invitation leads to the group', () => friend.data().state === 'ready');
const groupId = (await ask('query($t: String!) { shareLink(token: $t) { target { ... on GroupBuy { id } } } }', { t: invitation.path.split('t=')[1] })).shareLink.target.id;
const sku = friend.data().chosen;
const placed = await ask('mutation($in: OrderPlaceInput!) { orderPlace(input: $in) { payment { id } userErrors { code message } } }', {
  in: { idempotencyKey: `bo-${stamp}`, checkout: { groupBuy: { groupBuyId: groupId, skuId: sku } }, expectedTotal: price.slice(1) },
}, bo);
assert.deepEqual(placed.orderPlace.userErrors, []);
await ask('mutation($id: ID!) { sandboxPay(input: {paymentId: $id}) { userErrors { code } } }', { id: placed.orderPlace.payment.id }, bo);
await until('the group is complete', () => group.data().group === 'COMPLETED' && order.data().order === 'PAID');
assert.match(group.text(), /拼团成功/);
assert.match(order.text(), /待发货/);
app.back();
app.back();
app.back();
app.back();
assert.equal(app.top().name, 'index');

// Live room: a comment arrives; what is said while the app is in the background is caught up with; the shopper takes part.
app.top().tap('.room');
here = await page('live');
assert.equal(here.data().state, 'ready', seen.toasts.join());
assert.equal(seen.title, here.data().title);
const roomId = rooms[0].id;
const speak = (text, clientId, token) => ask('mutation($in: LiveCommentSendInput!) { liveCommentSend(input: $in) { held userErrors { code } } }', { in: { roomId, text, clientId } }, token);
await speak(`沃柑甜吗${stamp}`, `a-${stamp}`, bo);
await until('the comment is shown', () => here.text().includes(`沃柑甜吗${stamp}`));
assert.equal(here.data().connection, 'open');
const before = seen.sockets.length;
app.hide();
await until('the socket is closed', () => seen.sockets.at(-1).readyState === seen.sockets.at(-1).CLOSED);
await speak(`几天能到${stamp}`, `b-${stamp}`, await signIn('cai'));
await speak(`已经下单了${stamp}`, `c-${stamp}`, await signIn('ann'));
const replay = () => ask('query($id: ID!) { liveRoom(id: $id) { comments(last: 20) { nodes { text } } } }', { id: roomId });
await until('the shop has them', async () => JSON.stringify(await replay()).includes(`已经下单了${stamp}`));
assert.equal(here.text().includes(`几天能到${stamp}`), false);
app.show();
await until('it has caught up', () => [`几天能到${stamp}`, `已经下单了${stamp}`].every((text) => here.text().includes(text)) && here.data().caughtUp > 0);
assert.equal(seen.sockets.length, before + 1);
assert.match(here.text(), /已追上\d+条/);
assert.equal(here.text().split(`沃柑甜吗${stamp}`).length, 2, 'a comment is shown twice');
here.input('.say', `主播好${stamp}`);
here.tap('.send');
await until('the own comment is shown', () => here.text().includes(`主播好${stamp}`));
for (let taps = 0; taps < 3; taps += 1) here.tap('.heart');
await until('the likes are counted', () => Number(here.data().likes) >= 3);
here.tap('.claim');
await until('the coupon is claimed', () => Object.values(here.data().claimed).includes(true));
here.tap('.enter');
await until('there is a ticket', () => here.data().ticket > 0);

// The offer, with what was claimed.
here.tap('.buy');
here = await page('checkout');
here.tap('.place');
here = await page('order');
await until('it is paid', () => here.data().order === 'PAID');
const line = here.text();
assert.match(line, /直播/);
for (const text of [line, order.text(), group.text()]) assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
app.close();
console.log(JSON.stringify({ cards: cards.length, toasts: seen.toasts, sockets: seen.sockets.length }));
process.exit(0);
