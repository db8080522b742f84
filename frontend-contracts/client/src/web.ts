import type { Platform } from './platform.js';
import { PATIENCE } from './time.js';

/** Browsers and web views: fetch, WebSocket, localStorage. Tabs share one session, renewed by one of them at a time where navigator.locks exists. */
export function web(): Platform {
  const locks = navigator.locks;
  return {
    // Where AbortSignal.timeout is not there yet (before 2022), a request waits as long as the browser does.
    request: (url, headers, body) => fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout && AbortSignal.timeout(PATIENCE) })
      .then((answer) => answer.text().then((text) => ({ status: answer.status, body: text }))),
    connect(url, protocol, on) {
      const socket = new WebSocket(url, protocol);
      socket.onopen = () => on.opened();
      socket.onmessage = ({ data }) => on.message(data);
      socket.onclose = ({ code, reason }) => on.closed(code, reason);
      return { send: (text) => socket.send(text), close: () => socket.close(1000) };
    },
    storage: {
      get: (key) => localStorage.getItem(key),
      set: (key, value) => localStorage.setItem(key, value),
      remove: (key) => localStorage.removeItem(key),
    },
    // A page in the back-forward cache may hold no socket.
    onVisible(listener) {
      addEventListener('pagehide', () => listener(false));
      addEventListener('pageshow', () => listener(true));
      addEventListener('online', () => listener(true));
    },
    lock: locks && ((name, run) => locks.request(name, run) as ReturnType<typeof run>),
  };
}
