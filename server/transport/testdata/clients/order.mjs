// Watches an order through the real graphql-ws client while it is paid over HTTP, and prints its states: order.mjs URL ACCESS_TOKEN ORDER PAYMENT
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, accessToken, order, payment] = process.argv.slice(2);
const client = createClient({ url: url.replace(/^http/, 'ws') + '/graphql', webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { accessToken } });
const watch = (id) => client.iterate({ query: 'subscription($id: ID!) { orderUpdated(id: $id) { state version } }', variables: { id } });

const states = watch(order);
console.log((await states.next()).value.data.orderUpdated.state);
await fetch(url + '/graphql', {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer ' + accessToken },
  body: JSON.stringify({ query: 'mutation($id: ID!) { sandboxPay(input: {paymentId: $id}) { order { state } } }', variables: { id: payment } }),
});
for await (const { data } of states) {
  if (data.orderUpdated.state === 'PENDING_PAYMENT') continue;
  console.log(data.orderUpdated.state);
  break;
}
console.log('stopped');
try {
  await watch('ord_01JD8Q2M0V6T3C9E5K7R1XW4ZB').next();
} catch (errors) {
  console.log(errors[0].extensions.code);
}
await client.dispose();
