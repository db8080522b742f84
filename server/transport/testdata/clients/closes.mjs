// Has the real graphql-ws client meet every close code: each case bends what it sends. Prints, for each, the code that the client saw and whether it came back by itself.
// node closes.mjs URL CASE; the cases "slow" and "shutdown" print "ready" when the server is to act.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, which] = process.argv.slice(2);

// bent is the client's websocket, with a hand on what goes out.
const bent = (send, protocols) => class extends WebSocket {
  constructor(address, wanted) { super(address, protocols === undefined ? wanted : protocols); }
  send(message, ...rest) { send ? send((m) => super.send(m, ...rest), JSON.parse(message), message, this) : super.send(message, ...rest); }
};
const isSubscribe = (m) => m.type === 'subscribe';
const isInit = (m) => m.type === 'connection_init';
const cases = {
  4400: [bent((go, m, raw) => go(isSubscribe(m) ? '{"type":' : raw))],
  4401: [bent((go, m, raw) => go(isInit(m) ? '{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}' : raw))],
  4403: [bent(), { connectionParams: { accessToken: 'expired' } }],
  4406: [bent(null, [])],
  4408: [bent((go, m, raw) => isInit(m) || go(raw))],
  4409: [bent((go, m, raw) => { go(raw); if (isSubscribe(m)) go(raw); })],
  4429: [bent((go, m, raw) => { go(raw); if (isInit(m)) go(raw); })],
  1008: [bent((go, m, raw) => { go(raw); if (isSubscribe(m)) for (let i = 0; i < 120; i++) go('{"type":"pong"}'); })],
  1009: [bent((go, m, raw) => go(isSubscribe(m) ? JSON.stringify({ ...m, payload: { ...m.payload, variables: { x: 'x'.repeat(70_000) } } }) : raw))],
  slow: [bent((go, m, raw, socket) => { go(raw); if (isSubscribe(m)) { socket._socket.pause(); console.log('ready'); setTimeout(() => socket._socket.resume(), 1500); } })],
  shutdown: [bent(), { on: { connected: () => console.log('ready') } }],
};
const [webSocketImpl, options = {}] = cases[which];
let opened = 0;
const seen = [];
const client = createClient({
  url, webSocketImpl, retryAttempts: 1, retryWait: () => new Promise((done) => setTimeout(done, 50)), ...options,
  on: { ...options.on, opened: () => opened++, closed: (event) => seen.push(event.code) },
});
const query = which === 'slow' ? 'subscription { flood(bytes: 100000) }' : 'subscription { mine: ticks }';
let failed;
try {
  for await (const result of client.iterate({ query: which === '4409' || which === 'shutdown' ? 'subscription { personal }' : query })) {
    void result;
    if (opened > 1) break;
  }
} catch (reason) {
  failed = reason;
}
console.log(JSON.stringify({ code: seen[0], cameBack: opened > 1, failedWith: failed?.code ?? failed?.message ?? null }));
process.exit(0);
