// A small graphql-transport-ws client: one socket per watched thing, with a new one, later and later, when it breaks.
import { currentSession, renew } from './api.js';

const finalCodes = new Set([4400, 4403, 4406, 4429]); // our mistake, or refused: trying again would not help

// subscribe calls next for each event and state(true|false) when the stream starts or breaks. Each stream is asked for with the variables as they are then. It returns a
// function that ends it.
export function subscribe(query, variables, next, state) {
  let socket;
  let timer;
  let attempts = 0;
  let expired; // the session was, so that a new one is asked for
  let ended = false;

  function connect() {
    socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
    const say = (message) => socket.send(JSON.stringify(message));
    socket.onopen = () => say({ type: 'connection_init', payload: { accessToken: currentSession()?.accessToken } });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      switch (message.type) {
        case 'connection_ack':
          say({ id: '1', type: 'subscribe', payload: { query, variables } });
          state(true); // what goes on after a cursor may have nothing to tell yet
          break;
        case 'ping':
          say({ type: 'pong' });
          break;
        case 'next':
          attempts = 0;
          if (message.payload.data) next(message.payload.data);
          break;
        case 'error':
          expired = message.payload?.[0]?.extensions?.code === 'TOKEN_EXPIRED';
          if (expired) return socket.close(1000);
        // falls through
        case 'complete':
          stop();
          state(false);
          break;
      }
    };
    socket.onclose = async ({ code, reason }) => {
      if (ended) return;
      state(false);
      if (expired || reason === 'TOKEN_EXPIRED') await renew().catch(() => {}); // without a network it is refused once more, and asked for again
      else if (finalCodes.has(code)) return;
      expired = false;
      if (ended) return;
      // Doubling up to half a minute, with jitter, so that a restarted server is not met by all at once.
      timer = setTimeout(connect, Math.min(30000, 500 * 2 ** attempts++) * (0.5 + Math.random() / 2));
    };
  }

  function stop() {
    ended = true;
    clearTimeout(timer);
    socket.close(1000);
  }

  connect();
  return stop;
}
