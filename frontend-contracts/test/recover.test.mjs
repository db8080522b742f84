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

