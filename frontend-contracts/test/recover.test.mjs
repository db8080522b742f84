// The client through trouble that passes: refusals for now, tokens that run out, other shoppers who sign in meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundled, ids } from './load.mjs';

const { createClient } = await import(bundled());
const turn = (wait = 0) => new Promise((done) => setTimeout(done, wait));
const session = (name, more) => ({ accessToken: `a-${name}`, refreshToken: `r-${name}`, expiresAt: new Date(Date.now() + 900_000).toISOString(), shopper: { id: name }, ...more });
const refusal = (code) => ({ status: 401, body: { errors: [{ message: code, extensions: { code } }] } });
const data = (value) => ({ status: 200, body: { data: value } });

/** `answer` gives what comes to a request. */
function world(answer, signedIn = session('ann')) {
  const kept = new Map([['kaituan.session', JSON.stringify(signedIn)]]);
  const sent = [];
  const sockets = [];
  const platform = {
    request: (url, headers, body) => { const asked = { ...JSON.parse(body), token: headers.authorization?.slice(7) }; sent.push(asked); return Promise.resolve(answer(asked, sent)); },
    connect(url, protocol, on) { const socket = { on, out: [], send: (text) => socket.out.push(JSON.parse(text)), close() { socket.closed = true; } }; sockets.push(socket); return socket; },
    storage: { get: (key) => kept.get(key), set: (key, value) => kept.set(key, value), remove: (key) => kept.delete(key) },
    onVisible() {},
  };
  return { kept, sent, sockets, client: createClient({ platform, url: 'https://shop.example/graphql', channel: 'H5' }) };
}
const refreshes = (sent) => sent.filter(({ documentId }) => documentId === ids.SessionRefresh).length;

test('an answer that comes after the sign-out is revoked, not adopted', async () => {
  let answer;
  const w = world(({ documentId }) => (documentId === ids.SessionRefresh ? new Promise((done) => { answer = done; }) : data({ sessionRevoke: { revoked: true } })));
  const renewed = w.client.renew();
  await w.client.signOut();
  answer(data({ sessionRefresh: { session: session('late', { shopper: { id: 'ann' } }), userErrors: [] } }));
  await renewed;
  assert.equal(w.client.session(), null);
  assert.equal(w.kept.has('kaituan.session'), false);
  assert.deepEqual(w.sent.map(({ documentId, variables }) => [documentId, variables.input.refreshToken]).slice(1), [[ids.SessionRevoke, 'r-ann'], [ids.SessionRevoke, 'r-late']]);
});

test('a renewal that fails ahead of time leaves the old token', async () => {
  const w = world(({ documentId }) => (documentId === ids.SessionRefresh ? Promise.reject(new Error('offline')) : data({ ok: true })), session('ann', { renewAt: 1 }));
  await w.client.query(ids.Home);
  assert.equal(w.sent.at(-1).token, 'a-ann');
});


test('what was begun by one shopper is never sent as another', async () => {
  // Another tab signs somebody else in, while this one's token runs out, and while it waits to send again.
  for (const first of [refusal('TOKEN_EXPIRED'), { status: 503, body: { errors: [{ message: 'busy', extensions: { code: 'BUSY_RETRY' } }] } }]) {
    const w = world(({ documentId, token }) => {
      if (documentId === ids.SessionRefresh) throw new Error('the other tab has done it');
      if (token === 'a-ann') {
        w.kept.set('kaituan.session', JSON.stringify(session('bob')));
        if (first.status === 503) w.client.renew();
        return first;
      }
      return data({ orderPlace: {} });
    });
    await assert.rejects(w.client.mutate(ids.OrderPlace, { input: { idempotencyKey: 'k' } }), { code: 'CHANGED' });
    assert.deepEqual(w.sent.filter(({ documentId }) => documentId === ids.OrderPlace).map(({ token }) => token), ['a-ann']);
    await w.client.mutate(ids.OrderPlace, { input: { idempotencyKey: 'k2' } });
    assert.equal(w.sent.at(-1).token, 'a-bob');
  }
});

test('who became part of another person is still the same', async () => {
  const w = world(({ documentId, token }) => (documentId === ids.SessionRefresh
    ? data({ sessionRefresh: { session: session('survivor'), userErrors: [] } })
    : token === 'a-ann' ? refusal('TOKEN_EXPIRED') : data({ orderPlace: { ok: true } })));
  assert.deepEqual(await w.client.mutate(ids.OrderPlace, { input: { idempotencyKey: 'k' } }), { orderPlace: { ok: true } });
  assert.equal(w.sent.at(-1).token, 'a-survivor');
});

test('many requests with one token that ran out renew it once', async () => {
  let refreshed = 0;
  const w = world(async ({ documentId, token, variables }) => {
    if (documentId === ids.SessionRefresh) return data({ sessionRefresh: { session: session(`new${++refreshed}`, { shopper: { id: 'ann' } }), userErrors: [] } });
    await turn(variables.n * 5); // the refusals come one after the other
    return token === 'a-ann' ? refusal('TOKEN_EXPIRED') : data({ n: variables.n });
  });
  const answers = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((n) => w.client.query(ids.Product, { n })));
  assert.deepEqual(answers.map(({ n }) => n), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(refreshed, 1);
});

/** Subscriptions to so many rooms, on a socket that is accepted. */
async function rooms(n) {
  const w = world(() => data({}));
  const heard = [];
  const subscriptions = [...Array(n)].map((_, room) => {
    const seen = { next: [], states: [], errors: [] };
    heard.push(seen);
    const stop = w.client.subscribe(ids.LiveRoomEvents, { roomId: `r${room}` }, { next: (event) => seen.next.push(event), status: (status) => seen.states.push(status), error: (error) => seen.errors.push(error) });
    return { ...seen, stop };
  });
  await turn();
  w.sockets[0].on.opened();
  w.sockets[0].on.message('{"type":"connection_ack"}');
  return { ...w, subscriptions };
}
const subscribes = (socket) => socket.out.filter(({ type }) => type === 'subscribe').length;
const until = async (done) => { for (let i = 0; !done() && i < 1000; i++) await turn(5); assert.ok(done(), String(done)); };

test('what is refused for now is tried again, alone', async () => {
  for (const code of ['OVERLOADED', 'RATE_LIMITED', 'UNAVAILABLE', 'BUSY_RETRY', 'INTERNAL']) {
    const { sockets, subscriptions } = await rooms(3);
    const [socket] = sockets;
    assert.equal(subscribes(socket), 3);
    socket.on.message(JSON.stringify({ id: '2', type: 'error', payload: [{ message: code, extensions: { code } }] }));
    assert.equal(subscriptions[1].states.at(-1).state, 'reconnecting');
    await until(() => subscribes(socket) === 4);
    assert.equal(socket.out.at(-1).payload.variables.roomId, 'r1');
    assert.equal(sockets.length, 1);
    assert.deepEqual(subscriptions.map(({ states }) => states.at(-1).state), ['open', 'open', 'open']);
    assert.deepEqual(subscriptions.flatMap(({ errors }) => errors), []);
    subscriptions.forEach(({ stop }) => stop());
  }
});

test('what is refused for good ends, alone', async () => {
  for (const code of ['FORBIDDEN', 'NOT_FOUND', 'DOCUMENT_NOT_TRUSTED', 'INVALID_CURSOR']) {
    const { sockets, subscriptions } = await rooms(2);
    sockets[0].on.message(JSON.stringify({ id: '1', type: 'error', payload: [{ message: code, extensions: { code } }] }));
    assert.deepEqual(subscriptions.map(({ states }) => states.at(-1).state), ['closed', 'open']);
    assert.equal(subscriptions[0].errors[0].code, code);
    subscriptions.forEach(({ stop }) => stop());
  }
});

test('who subscribes while the client waits to come back waits, too', async () => {
  const { sockets, client, subscriptions } = await rooms(1);
  sockets[0].on.closed(4491, 'shutting down; retryAfterMs=60');
  client.subscribe(ids.LiveRoomEvents, { roomId: 'late' }, { next() {} });
  await turn(20);
  assert.equal(sockets.length, 1);
  await until(() => sockets.length === 2);
  await turn(20);
  assert.equal(sockets.length, 2);
  sockets[1].on.opened();
  sockets[1].on.message('{"type":"connection_ack"}');
  assert.equal(subscribes(sockets[1]), 2);
  subscriptions[0].stop();
});

test('several subscriptions at once open one socket', async () => {
  const { sockets } = await rooms(5);
  await turn(10);
  assert.equal(sockets.length, 1);
});

test('an event whose handler fails comes again, and no other subscription suffers', async () => {
  const w = world(() => data({}));
  const seen = [];
  let fails = 1;
  w.client.subscribe(ids.LiveRoomEvents, { roomId: 'r', after: '1:4' }, { next({ liveRoomEvents }) { if (liveRoomEvents.cursor === '1:5' && fails--) throw new Error('a bug'); seen.push(liveRoomEvents.cursor); } });
  await turn();
  const [socket] = w.sockets;
  const event = (id, seq) => socket.on.message(JSON.stringify({ id, type: 'next', payload: { data: { liveRoomEvents: { cursor: `1:${seq}` } } } }));
  socket.on.opened();
  socket.on.message('{"type":"connection_ack"}');
  event('1', 5);
  event('1', 6); // already under way
  await until(() => subscribes(socket) === 2);
  assert.equal(socket.out.at(-1).payload.variables.after, '1:4');
  event('2', 5);
  event('2', 6);
  assert.deepEqual(seen, ['1:5', '1:6']);
});

test('what is stopped by the handler of another is not opened', async () => {
  const w = world(() => data({}));
  let stop;
  w.client.subscribe(ids.LiveRoomEvents, { roomId: 'a' }, { next() {}, status: ({ state }) => { if (state === 'open') stop(); } });
  const states = [];
  stop = w.client.subscribe(ids.LiveRoomEvents, { roomId: 'b' }, { next() {}, status: ({ state }) => states.push(state) });
  await turn();
  w.sockets[0].on.opened();
  w.sockets[0].on.message('{"type":"connection_ack"}');
  assert.equal(subscribes(w.sockets[0]), 1);
  assert.deepEqual(states, ['connecting', 'closed']);
  w.sockets[0].on.closed(1006, '');
  assert.deepEqual(states, ['connecting', 'closed']);
});

test('what a reset leaves out was not caught up with', async () => {
  const w = world(() => data({}));
  const states = [];
  w.client.subscribe(ids.LiveRoomEvents, { roomId: 'r', after: '1:4' }, { next() {}, status: (status) => states.push(status) });
  await turn();
  w.sockets[0].on.opened();
  w.sockets[0].on.message('{"type":"connection_ack","payload":{"at":"2026-11-24T02:00:00.000Z"}}');
  const event = (seq, more) => w.sockets[0].on.message(JSON.stringify({ id: '1', type: 'next', payload: { data: { liveRoomEvents: { cursor: `1:${seq}`, at: '2026-11-24T01:00:00.000Z', ...more } } } }));
  event(5);
  event(500, { __typename: 'LiveReset' });
  event(501);
  assert.equal(states.at(-1).caughtUp, 2);
});

test('a key that was used for something else stays until the app asks anew', async () => {
  const w = world(() => data({}));
  const used = [];
  const send = (code) => (key) => { used.push(key); return Promise.resolve({ orderPlace: { userErrors: code ? [{ code }] : [] } }); };
  await w.client.keyed('order', send('IDEMPOTENCY_KEY_REUSED'));
  await w.client.keyed('order', send('IDEMPOTENCY_KEY_REUSED'));
  assert.equal(used[0], used[1]);
  await w.client.keyed('order', send(), true);
  assert.notEqual(used[1], used[2]);
  await w.client.keyed('order', send('OUT_OF_STOCK')); // nothing was kept
  await w.client.keyed('order', send());
  assert.equal(new Set(used).size, 4);
});
