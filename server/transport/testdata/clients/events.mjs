// Talks to the URL given through the real graphql-sse client, in distinct connections mode, and prints what happened as JSON, one line per step.
import { createClient } from 'graphql-sse';

const url = process.argv[2];
const print = (step, value) => console.log(JSON.stringify({ step, value }));
const client = createClient({ url, headers: { authorization: 'Bearer ann' }, retryAttempts: 0 });
const collect = async (payload, most = Infinity) => {
  const got = [];
  for await (const result of client.iterate(payload)) if (got.push(result) >= most) break;
  return got;
};
print('query', await collect({ query: '{ hello me { name } }' }));
print('mutation', await collect({ query: 'mutation M($n: String!) { rename(input: {name: $n}) { name } }', variables: { n: 'Eve' } }));
print('subscription', await collect({ query: 'subscription { count(to: 3) }' }));
print('many', (await Promise.all(Array.from({ length: 4 }, () => collect({ query: 'subscription { count(to: 50) }' })))).map((r) => r.length));
const codes = (results) => results.flatMap((r) => r.errors.map((e) => e.extensions.code));
print('invalid', codes(await collect({ query: '{ nothing }' })));
print('nowhere', codes(await collect({ query: 'subscription { events(log: "nowhere") { seq } }' })));
try {
  await collect({ query: 1 });
} catch (error) {
  print('malformed', error.response?.status ?? String(error));
}
const query = 'subscription($after: String) { events(log: "a", after: $after) { seq cursor } }';
const first = client.iterate({ query, variables: { after: '1:2' } });
const seen = [(await first.next()).value, (await first.next()).value].map((r) => r.data.events);
print('first', seen.map((e) => e.seq));
print('stopped', (await first.return()).done);
print('resumed', (await collect({ query, variables: { after: seen[1].cursor } }, 2)).map((r) => r.data.events.seq));
client.dispose();
