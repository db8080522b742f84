// Talks to the URL given through the real graphql-ws client and prints what happened as JSON, one line per step.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
const print = (step, value) => console.log(JSON.stringify({ step, value }));
const collect = async (client, payload) => {
  const got = [];
  for await (const result of client.iterate(payload)) got.push(result);
  return got;
};
const connect = (connectionParams, more) => createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, lazyCloseTimeout: 100, connectionParams, ...more });

const ann = connect({ accessToken: 'ann' }, { keepAlive: 200 });
print('query', await collect(ann, { query: '{ hello me { name } }' }));
print('mutation', await collect(ann, { query: 'mutation M($n: String!) { rename(input: {name: $n}) { name } }', variables: { n: 'Eve' } }));
print('subscription', await collect(ann, { query: 'subscription { count(to: 3) }' }));
print('many', (await Promise.all(Array.from({ length: 10 }, () => collect(ann, { query: 'subscription { count(to: 50) }' })))).map((r) => r.length));
try {
  await collect(ann, { query: '{ nothing }' });
} catch (errors) {
  print('invalid', errors.map((e) => e.extensions.code));
}
const ticks = ann.iterate({ query: 'subscription { ticks }' });
print('first tick', (await ticks.next()).value);
print('stopped', (await ticks.return()).done);
print('after', await collect(ann, { query: '{ hello }' }));
await ann.dispose();

const bad = connect({ accessToken: 'expired' });
try {
  await collect(bad, { query: '{ hello }' });
} catch (closed) {
  print('bad token', [closed.code, closed.reason]);
}
await bad.dispose();
