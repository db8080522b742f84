// Stand-ins for the globals of the mini-programs, which behave as their documents say, in front of a real server over real HTTP and websockets.
import WebSocket from 'ws';

function task(url, protocols, wrap) {
  const socket = new WebSocket(url, protocols);
  const later = (run) => setTimeout(run, 0); // never within the caller
  return {
    onOpen: (listener) => socket.on('open', () => later(() => listener({}))),
    onMessage: (listener) => socket.on('message', (data) => later(() => listener(wrap({ data: data.toString() })))),
    onClose: (listener) => socket.on('close', (code, reason) => later(() => listener(wrap({ code, reason: reason.toString() })))),
    onError: (listener) => socket.on('error', () => later(() => listener({ errMsg: 'fail' }))),
    send: ({ data }) => socket.readyState === WebSocket.OPEN && socket.send(data),
    close: ({ code }) => socket.close(code),
  };
}

const post = (url, headers, body) => fetch(url, { method: 'POST', headers, body }).then(async (answer) => ({ status: answer.status, text: await answer.text() }));
const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };

/** The app goes to the background and comes back. */
function visibility() {
  const listeners = { show: [], hide: [] };
  return {
    on: { onAppShow: (listener) => listeners.show.push(listener), onAppHide: (listener) => listeners.hide.push(listener) },
    show: () => listeners.show.forEach((run) => run({})),
    hide: () => listeners.hide.forEach((run) => run()),
  };
}

/** wx and tt: `header`, any status is a success, storage by key. What tt takes as data is an object. */
export function fakeMini({ onlyObjects = false } = {}) {
  const kept = new Map();
  const app = visibility();
  return {
    app,
    api: {
      request({ url, method, header, data, success, fail }) {
        if (method !== 'POST' || onlyObjects && typeof data !== 'object') throw new Error('not as documented');
        post(url, header, typeof data === 'string' ? data : JSON.stringify(data)).then(({ status, text }) => success({ statusCode: status, header: {}, data: parsed(text) }), () => fail({ errMsg: 'request:fail' }));
      },
      connectSocket: ({ url, protocols }) => task(url, protocols, (event) => event),
      getStorageSync: (key) => kept.get(key) ?? '',
      setStorageSync: (key, value) => { kept.set(key, value); },
      removeStorageSync: (key) => { kept.delete(key); },
      ...app.on,
    },
  };
}

/** my: `headers`, GET unless it is said, a status of 400 and above fails, sockets by `multiple` with events wrapped in `data`, storage by an object. */
export function fakeMy() {
  const kept = new Map();
  const app = visibility();
  return {
    app,
    api: {
      request({ url, method = 'GET', headers, data, success, fail }) {
        if (method !== 'POST' || typeof data !== 'string') throw new Error('not as documented');
        post(url, headers, data).then(
          ({ status, text }) => (status < 400 ? success({ status, headers: {}, data: parsed(text) }) : fail({ error: 19, errorMessage: 'http status error', status, data: parsed(text) })),
          () => fail({ error: 12, errorMessage: 'network' }),
        );
      },
      connectSocket({ url, protocols, multiple }) {
        if (!multiple) throw new Error('without multiple there is no task');
        return task(url, protocols, (event) => ({ data: event }));
      },
      getStorageSync: ({ key }) => ({ data: kept.get(key) ?? null }),
      setStorageSync: ({ key, data }) => { kept.set(key, data); },
      removeStorageSync: ({ key }) => { kept.delete(key); },
      ...app.on,
    },
  };
}

/** What web() uses of a browser, on `target`. */
export function fakeBrowser(target, kept = new Map()) {
  const listeners = {};
  Object.assign(target, {
    WebSocket,
    localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) },
    addEventListener: (name, run) => (listeners[name] ??= []).push(run),
  });
  Object.defineProperty(target, 'navigator', { value: {}, configurable: true, writable: true });
}
