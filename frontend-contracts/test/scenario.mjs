// One list of what a client of the shop does, passed by real clients and ours: node scenario.mjs URL. Prints a line for each, and exits 1 with the first that fails.
import assert from 'node:assert/strict';
import { createClient as createSocketClient } from 'graphql-ws';
import { createClient as createEventsClient } from 'graphql-sse';
import { GraphQLClient } from 'graphql-request';
import { Client as Urql, fetchExchange } from '@urql/core';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client/core';
import { gql } from '@apollo/client/core';
import WebSocket from 'ws';
import { bundled, ids, texts } from './load.mjs';
import { fakeBrowser, fakeMini, fakeMy } from './platforms.mjs';
import { proxy } from './proxy.mjs';

// urql aborts a fetch that has been answered, and nobody waits for what Node makes of that.
process.on('unhandledRejection', (reason) => { if (reason?.name !== 'AbortError') throw reason; });

const shop = process.argv[2];
const direct = `${shop}/graphql`;
const tt = fakeMini({ onlyObjects: true });
const wx = fakeMini();
const my = fakeMy();
Object.assign(globalThis, { wx: wx.api, tt: tt.api, my: my.api });
fakeBrowser(globalThis);
const kaituan = await import(bundled());

/** Asks without any client, to set the stage. */
async function ask(name, variables, token) {
  const answer = await fetch(direct, { method: 'POST', headers: { 'content-type': 'application/json', ...token && { authorization: `Bearer ${token}` } }, body: JSON.stringify({ query: texts[name], variables }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, `${name}: ${JSON.stringify(errors)}`);
  return data;
}
const signIn = async (name) => (await ask('SessionCreate', { input: { channel: 'H5', code: `demo:${name}` } })).sessionCreate.session.accessToken;
async function until(what, holds) {
  for (let i = 0; i < 1500; i++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail(`never: ${what}`);
}

// What each client looks like here: `send` resolves with data or rejects with a `code`; `follow` calls next with data and returns what stops it. Over HTTP all but ours send a
// document's id by a fetch that puts it in the text's place, over the socket in the extensions.
const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});
const coded = (errors) => Object.assign(new Error(errors[0].message), { code: errors[0].extensions?.code });
const byIds = (byId) => (url, init) => {
  if (!byId || !init?.body) return fetch(url, init);
  const { query, operationName, variables } = JSON.parse(init.body);
  const name = operationName ?? /(?:query|mutation|subscription) (\w+)/.exec(query)[1];
  return fetch(url, { ...init, body: JSON.stringify({ documentId: ids[name], variables }) });
};
const socketPayload = (byId, name, variables) => (byId ? { query: '', variables, extensions: { documentId: ids[name] } } : { query: texts[name], variables });

function overSocket(url, byId, token) {
  const client = createSocketClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: true, retryAttempts: 0, connectionParams: { accessToken: token } });
  const follow = (name, variables, next, failed = () => {}) => client.subscribe(socketPayload(byId, name, variables), { next: ({ data, errors }) => (errors ? failed(coded(errors)) : next(data)), error: (e) => failed(Array.isArray(e) ? coded(e) : e), complete() {} });
  return { client, follow };
}

const others = {
  'graphql-ws': (url, byId, token) => {
    const { client, follow } = overSocket(url, byId, token);
    return { follow, send: (name, variables) => new Promise((resolve, reject) => { follow(name, variables, resolve, reject); }), close: () => client.dispose() };
  },
  'graphql-sse': (url, byId, token) => {
    const client = createEventsClient({ url, headers: bearer(token), retryAttempts: 0, fetchFn: byIds(byId) });
    const follow = (name, variables, next, failed = () => {}) => client.subscribe({ query: texts[name], operationName: name, variables }, { next: ({ data, errors }) => (errors ? failed(coded(errors)) : next(data)), error: failed, complete() {} });
    // Each operation is a stream of its own, of which a shopper may have five.
    return { follow, most: 3, send: (name, variables) => new Promise((resolve, reject) => { follow(name, variables, resolve, reject); }), close: () => client.dispose() };
  },
  'Apollo Client': (url, byId, token) => {
    const fetchPolicy = 'no-cache'; // its cache wants the __typename that it writes into texts
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url, headers: bearer(token), fetch: byIds(byId) }) });
    const send = async (name, variables) => {
      const document = gql(texts[name]);
      try {
        const { data } = await (/ mutation |^mutation /.test(texts[name]) ? client.mutate({ mutation: document, variables, fetchPolicy }) : client.query({ query: document, variables, fetchPolicy }));
        return data;
      } catch (error) {
        throw error.errors ? coded(error.errors) : error;
      }
    };
    const socket = overSocket(url, byId, token);
    return { send, follow: socket.follow, close: () => { client.stop(); return socket.client.dispose(); } };
  },
  urql: (url, byId, token) => {
    const client = new Urql({ url, exchanges: [fetchExchange], preferGetMethod: false, fetch: byIds(byId), fetchOptions: { headers: bearer(token) } });
    const send = async (name, variables) => {
      const { data, error } = await (/ mutation |^mutation /.test(texts[name]) ? client.mutation(texts[name], variables) : client.query(texts[name], variables)).toPromise();
      if (error) throw error.graphQLErrors.length ? coded(error.graphQLErrors) : error;
      return data;
    };
    const socket = overSocket(url, byId, token);
    return { send, follow: socket.follow, close: () => socket.client.dispose() };
  },
  'graphql-request': (url, byId, token) => {
    const client = new GraphQLClient(url, { headers: bearer(token), fetch: byIds(byId) });
    const send = (name, variables) => client.request(texts[name], variables).catch((error) => { throw error.response?.errors ? coded(error.response.errors) : error; });
    const socket = overSocket(url, byId, token); // it has no subscriptions of its own
    return { send, follow: socket.follow, close: () => socket.client.dispose() };
  },
};

const channels = { web: 'H5', wx: 'WECHAT_MINI_PROGRAM', tt: 'DOUYIN_MINI_PROGRAM', my: 'ALIPAY_MINI_PROGRAM' };
const ours = (adapter, url, name) => kaituan.createClient({ platform: kaituan[adapter](), url, channel: channels[adapter], login: async () => `demo:${name}`, locale: 'zh-CN' });
const document = (name) => kaituan[`${name}Document`];
const isMutation = (name) => / mutation |^mutation /.test(texts[name]);
const ourDriver = (client) => ({
  send: (name, variables) => (isMutation(name) ? client.mutate(document(name), variables) : client.query(document(name), variables)),
  follow: (name, variables, next, error) => client.subscribe(document(name), variables, { next, error }),
  close() {},
});

const { product } = await ask('Product', { handle: 'luochuan-apple' });
const sku = product.skus[0];
const host = await signIn('host');
const made = await ask('LiveRoomCreate', { input: { idempotencyKey: `room-${Date.now()}`, title: '场景直播间 🍎', productIds: [product.id] } }, host);
const roomId = made.liveRoomCreate.room.id;
await ask('LiveRoomStart', { input: { roomId } }, host);
let told = 0;
const say = (token, name) => ask('LiveComment', { input: { roomId, text: `${name} 第${++told}句 🍐 “好吃”`, clientId: `c${told}-${Date.now()}` } }, token).then(({ liveCommentSend }) => {
  assert.deepEqual(liveCommentSend.userErrors, []);
  return liveCommentSend.comment.text;
});

/** The list. `comeBack` waits for a cut connection to be there again, by the client itself or by asking from the last cursor on. */
async function pass(name, driver, by, { resumes = false } = {}) {
  const { send, follow, most = 20 } = driver;
  const at = (step) => `${name} ${by}: ${step}`;
  // A query with variables, unicode both ways.
  assert.equal((await send('Product', { handle: 'luochuan-apple' })).product.title, product.title, at('query'));
  assert.ok((await send('Search', { query: '苹果' })).products.nodes.length > 0, at('unicode'));
  // Codes of errors.
  await assert.rejects(send('Assist', { id: '不是编号' }), { code: 'INVALID_ID' }, at('INVALID_ID'));
  // Many at once.
  const answers = await Promise.all(Array.from({ length: most }, (_, i) => send('Search', { query: i % 2 ? '苹果' : '茶', after: null })));
  assert.ok(answers.every(({ products }) => Array.isArray(products.nodes)), at('at once'));
  // A mutation, and again with its key.
  const input = { idempotencyKey: `order-${Date.now()}-${Math.random()}`, checkout: { lines: [{ skuId: sku.id, quantity: 1 }] }, expectedTotal: sku.price.best.amount };
  const first = (await send('OrderPlace', { input })).orderPlace;
  assert.deepEqual(first.userErrors, [], at('mutation'));
  const again = (await send('OrderPlace', { input })).orderPlace;
  assert.equal(again.order.id, first.order.id, at('replayed'));
  // A subscription.
  const states = [];
  const stop = follow('OrderUpdated', { id: first.order.id }, (data) => states.push(data.orderUpdated.state), (error) => states.push(error.code));
  await until(at('first state'), () => states[0] === 'PENDING_PAYMENT');
  await send('SandboxPay', { input: { paymentId: first.payment.id } });
  await until(at('paid'), () => states.includes('PAID'));
  stop();
  // A room through a cut: what was said meanwhile comes once, and in order.
  const heard = [];
  let cursor = null;
  const next = ({ liveRoomEvents: event }) => {
    cursor = event.cursor;
    if (event.__typename === 'LiveTick') heard.push(...event.comments.map(({ text }) => text).filter((text) => text.startsWith(at('')))); // a reset of a moment ago may have others' before it
    if (event.__typename === 'LiveReset') heard.reset = (heard.reset ?? 0) + 1;
  };
  const talker = await signIn('hong');
  let leave = follow('LiveRoomEvents', { roomId }, next);
  await until(at('reset'), () => cursor);
  const said = [await say(talker, at(''))];
  await until(at('heard'), () => heard.length === 1);
  driver.cut();
  said.push(await say(talker, at('')), await say(talker, at('')));
  driver.mend();
  if (!resumes) leave = follow('LiveRoomEvents', { roomId, after: cursor }, next);
  await until(at('caught up'), () => heard.length === 3);
  said.push(await say(talker, at('')));
  await until(at('goes on'), () => heard.length === 4);
  assert.deepEqual([...heard], said, at('each once'));
  assert.equal(heard.reset, 1, at('no second reset'));
  leave();
  console.log(`${name} ${by}`);
}

async function advance() {
  const answer = await fetch(`${shop}/dev/clock`, { method: 'POST', body: JSON.stringify({ advance: '16m' }) });
  assert.equal(answer.status, 200);
}

for (const byId of [false, true]) {
  for (const [name, make] of Object.entries(others)) {
    const way = await proxy(shop);
    const token = await signIn('ming');
    const driver = make(way.url, byId, token);
    await pass(name, { ...driver, ...way }, byId ? 'by ids' : 'by text');
    if (byId) {
      await advance();
      const late = make(way.url, byId, token);
      await assert.rejects(late.send('Orders', {}), (error) => error.code === 'TOKEN_EXPIRED' || error.reason === 'TOKEN_EXPIRED', `${name}: TOKEN_EXPIRED`);
      late.close();
    }
    await driver.close();
    way.close();
  }
}
for (const adapter of Object.keys(channels)) {
  const way = await proxy(shop);
  const client = ours(adapter, way.url, 'ming');
  await pass(`@kaituan/client ${adapter}`, { ...ourDriver(client), ...way }, 'by ids', { resumes: true });
  // An expired token is renewed once for all that need it.
  const before = client.session().accessToken;
  await advance();
  const pages = await Promise.all([client.query(kaituan.OrdersDocument), client.query(kaituan.CartDocument), client.query(kaituan.MemberCodeDocument)]);
  assert.ok(pages.every(({ me }) => me.id === client.session().shopper.id), `${adapter}: renewed`);
  assert.notEqual(client.session().accessToken, before);
  await client.signOut();
  assert.equal(client.session(), null);
  assert.equal((await client.query(kaituan.OrdersDocument)).me, null, `${adapter}: nobody`);
  way.close();
}
console.log('all pass');
process.exit(0);
