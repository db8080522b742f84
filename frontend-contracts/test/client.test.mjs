// What the published client is: its size, that it is ES2015 without what a mini-program forbids, that a page pays only for its own documents, and ids that are hashes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { small } from '../client/build.mjs';
import { bodies, bundled, ids } from './load.mjs';

const { createClient } = await import(bundled());

const source = new URL('../client/src/index.ts', import.meta.url).pathname;
const minified = (names) => small({ stdin: { contents: `import { ${names} } from '${source}'; globalThis.kept = [${names}];`, resolveDir: '/', loader: 'ts' } });
const everything = 'createClient, KaituanError, likes, my, tt, web, wx';

test('the client with its four adapters stays small', (t) => {
  const whole = minified(everything);
  const size = gzipSync(whole.replace(/sha256:[0-9a-f]{64}/g, ''), { level: 9 }).length; // ids are the generated documents' part
  t.diagnostic(`${size} bytes gzip, ${gzipSync(whole, { level: 9 }).length} with the ids of its own four documents; web alone ${gzipSync(minified('createClient, web'), { level: 9 }).length}`);
  assert.ok(size <= LIMIT, `${size} bytes`);
});
const LIMIT = 3584; // bytes

test('it is ES2015 and evaluates nothing', () => {
  const code = readFileSync(bundled(), 'utf8');
  assert.doesNotMatch(code, /\beval\b|new Function|\bProxy\b|regenerator|function\s*\*|\basync\b|\bawait\b|\?\.|\?\?|\.\.\.\w+ ?}/);
});

test('a page pays for its own documents, and no text is bundled', () => {
  const page = minified('createClient, web, HomeDocument');
  const sent = page.match(/sha256:[0-9a-f]{64}/g).sort();
  assert.deepEqual(sent, [ids.HomeDocument ?? ids.Home, ids.SessionCreate, ids.SessionRefresh, ids.SessionRevoke].sort());
  assert.doesNotMatch(minified(everything), /fragment |userErrors ?{/);
});

test('an id is the hash of exactly its body', () => {
  assert.ok(Object.keys(bodies).length > 60);
  for (const [id, body] of Object.entries(bodies)) assert.equal(id, `sha256:${createHash('sha256').update(body).digest('hex')}`);
});

test('every code in errors.md is a type', () => {
  const [, extensions] = readFileSync(new URL('../errors.md', import.meta.url), 'utf8').split(/^## .*extensions.*$/m);
  const codes = [...extensions.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  const typed = readFileSync(new URL('../client/src/errors.ts', import.meta.url), 'utf8').split('ClientCode')[0].match(/'[A-Z_]+'/g).map((code) => code.slice(1, -1));
  assert.deepEqual(typed.sort(), codes.sort());
});

/** A platform that answers from a list, and whose sockets the test plays. */
function played(answers = []) {
  const kept = new Map();
  const sockets = [];
  const sent = [];
  let visible;
  return {
    kept, sockets, sent,
    show: (now) => visible(now),
    platform: {
      request: (url, headers, body) => {
        sent.push({ headers, ...JSON.parse(body) });
        const answer = answers.shift();
        return answer ? Promise.resolve(answer) : Promise.reject(new Error('offline'));
      },
      connect(url, protocol, on) {
        const socket = { url, protocol, on, out: [], send: (text) => socket.out.push(JSON.parse(text)), close() { socket.closed = true; } };
        sockets.push(socket);
        return socket;
      },
      storage: { get: (key) => kept.get(key), set: (key, value) => kept.set(key, value), remove: (key) => kept.delete(key) },
      onVisible: (listener) => { visible = listener; },
    },
  };
}
const turn = () => new Promise((done) => setTimeout(done, 0));
const event = (seq, more = {}) => JSON.stringify({ id: '1', type: 'next', payload: { data: { liveRoomEvents: { __typename: 'LiveTick', cursor: `1:${seq}`, at: new Date().toISOString(), ...more } } } });

async function watching() {
  const world = played();
  const client = createClient({ platform: world.platform, url: 'https://shop.example/graphql', channel: 'H5' });
  const seen = [];
  const states = [];
  const stop = client.subscribe(ids.LiveRoomEvents, { roomId: 'r', after: '1:4' }, { next: ({ liveRoomEvents }) => seen.push(liveRoomEvents.cursor), status: (status) => states.push(status), error: (error) => states.push(error) });
  await turn();
  const [socket] = world.sockets;
  socket.on.opened();
  socket.on.message('{"type":"connection_ack"}');
  return { ...world, client, seen, states, stop, socket };
}

test('the same query in flight is one request', async () => {
  const { platform, sent } = played([{ status: 200, body: { data: { serverTime: 'now' } } }]);
  const client = createClient({ platform, url: 'https://shop.example/graphql', channel: 'H5', locale: 'zh-CN' });
  const [one, two] = await Promise.all([client.query(ids.Home), client.query(ids.Home)]);
  assert.equal(one, two);
  assert.deepEqual(sent, [{ headers: { 'content-type': 'application/json', 'accept-language': 'zh-CN' }, documentId: ids.Home }]);
});

test('a body counts before its status, and a proxy is no shop', async () => {
  const { platform } = played([
    { status: 422, body: '{"errors":[{"message":"no","extensions":{"code":"INVALID_ID","traceId":"t"}}]}' },
    { status: 502, body: '<html>' },
  ]);
  const client = createClient({ platform, url: 'https://shop.example/graphql', channel: 'H5' });
  await assert.rejects(client.mutate(ids.CartAdd, { input: {} }), { code: 'INVALID_ID', status: 422, traceId: 't' });
  await assert.rejects(client.mutate(ids.CartAdd, { input: {} }), { code: 'NETWORK', status: 502 });
});

test('what has a key is sent again, what has none is not', async () => {
  const { platform, sent } = played([undefined, { status: 503, body: { errors: [{ message: 'busy', extensions: { code: 'BUSY_RETRY' } }] } }, { status: 200, body: { data: { orderPlace: {} } } }]);
  const client = createClient({ platform, url: 'https://shop.example/graphql', channel: 'H5' });
  await client.keyed('order', (idempotencyKey) => client.mutate(ids.OrderPlace, { input: { idempotencyKey } }));
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map(({ variables }) => variables.input.idempotencyKey)).size, 1);
  await assert.rejects(client.mutate(ids.CartAdd, { input: { note: '{"idempotencyKey":"x"}' } }), { code: 'NETWORK' });
  assert.equal(sent.length, 4);
});

test('a key is kept until its mutation was answered', async () => {
  const { platform, kept } = played();
  const client = createClient({ platform, url: 'https://shop.example/graphql', channel: 'H5' });
  const used = [];
  await assert.rejects(client.keyed('order', (key) => { used.push(key); return Promise.reject(new Error('lost')); }));
  await client.keyed('order', (key) => { used.push(key); return Promise.resolve(); });
  await client.keyed('order', (key) => { used.push(key); return Promise.resolve(); });
  assert.equal(used[0], used[1]);
  assert.notEqual(used[1], used[2]);
  assert.equal(kept.size, 0);
});

test('events come once and in order, and a gap is asked for again', async () => {
  const { socket, seen, states } = await watching();
  assert.deepEqual(socket.out[1].payload.variables, { roomId: 'r', after: '1:4' });
  for (const seq of [5, 5, 4, 6, 9]) socket.on.message(event(seq));
  assert.deepEqual(seen, ['1:5', '1:6']);
  assert.deepEqual(socket.out.slice(2).map(({ id, type, payload }) => [id, type, payload?.variables.after]), [['1', 'complete', undefined], ['2', 'subscribe', '1:6']]);
  assert.equal(states.at(-1).gaps, 1);
  socket.on.message(event(7)); // late, of the first
  socket.on.message(event(7).replace('"1"', '"2"'));
  socket.on.message(event(40, { __typename: 'LiveReset' }).replace('"1"', '"2"'));
  assert.deepEqual(seen, ['1:5', '1:6', '1:7', '1:40']);
});

test('the background closes the socket, the foreground goes on after the last event', async () => {
  const { socket, sockets, show, states } = await watching();
  socket.on.message(event(5));
  show(false);
  assert.ok(socket.closed);
  assert.equal(states.at(-1).state, 'reconnecting');
  socket.on.closed(1000, 'interrupted');
  socket.on.message(event(6)); // of a socket that is gone
  show(true);
  await turn();
  sockets[1].on.opened();
  sockets[1].on.message(`{"type":"connection_ack","payload":{"at":"2026-11-24T02:00:00.000Z"}}`);
  assert.equal(sockets[1].out[1].payload.variables.after, '1:5');
  sockets[1].on.message(event(6, { at: '2026-11-24T01:59:59.999Z' }));
  assert.deepEqual(states.at(-1), { state: 'open', caughtUp: 1, gaps: 0 });
  sockets[1].on.message(event(7, { at: '2026-11-24T02:00:00.000Z' })); // whatever this machine's clock says
  assert.deepEqual(states.at(-1), { state: 'open', caughtUp: 1, gaps: 0 });
});

test('a server ping is answered', async () => {
  const { socket } = await watching();
  socket.on.message('{"type":"ping"}');
  assert.deepEqual(socket.out.at(-1), { type: 'pong' });
});

for (const code of [4400, 4401, 4406, 4409, 4429, 4403]) {
  test(`${code} is final${code === 4403 ? ' before the socket was accepted' : ''}`, async () => {
    const world = played();
    const client = createClient({ platform: world.platform, url: 'https://shop.example/graphql', channel: 'H5' });
    const errors = [];
    client.subscribe(ids.LiveRoomEvents, { roomId: 'r' }, { next() {}, error: (error) => errors.push(error) });
    await turn();
    world.sockets[0].on.closed(code, 'why');
    assert.deepEqual(errors.map((error) => [error.code, error.status, error.message]), [['CLOSED', code, 'why']]);
  });
}

test('cuts, slowness and a restart are not final', async () => {
  for (const [code, reason] of [[1000, 'interrupted'], [1006, ''], [4490, 'too slow'], [4491, 'shutting down; retryAfterMs=1'], [4408, '']]) {
    const { socket, sockets, states, stop } = await watching();
    socket.on.closed(code, reason);
    assert.equal(states.at(-1).state, 'reconnecting', String(code));
    while (sockets.length < 2) await turn();
    stop();
    assert.equal(states.at(-1).state, 'closed');
  }
});
