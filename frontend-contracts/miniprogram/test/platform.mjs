// A mini-program's platform for tests: what a phone has and Node has not, over real HTTP and real sockets. Pages are drawn by WeChat's own simulator of components.
import { readFileSync, readdirSync, writeFileSync, cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import WebSocket from 'ws';

const require = createRequire(import.meta.url);

// The simulator looks for a browser's names when it is loaded.
const { window } = new JSDOM('<!doctype html><body></body>');
Object.assign(globalThis, { window, document: window.document });
for (const name of ['Element', 'Event', 'CustomEvent', 'Node', 'HTMLElement']) globalThis[name] = window[name];
const simulate = require('miniprogram-simulate');

/** What the pages did to the platform: toasts, and the sockets that were opened. */
export const seen = { toasts: [], sockets: [], title: '' };

/** How long anything may take; the machine may be slow. */
const PATIENCE = 30_000;

export async function until(what, holds) {
  for (const begun = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const value = await holds();
    if (value) return value;
    if (Date.now() - begun > PATIENCE) throw new Error(`waited in vain until ${what}; toasts: ${seen.toasts.join(', ')}`);
  }
}

/** Starts the program that was built into folder, and opens its first page. `api` is wx or tt: the other one is not there. */
export async function start(folder, api, { code, address }) {
  const stack = [];
  const stored = new Map();
  const listeners = { show: [], hide: [] };

  async function open(url) {
    const [path, search = ''] = url.replace(/^\//, '').split('?');
    const page = draw(join(folder, path), Object.fromEntries(new URLSearchParams(search)));
    stack.push(page);
    return page;
  }

  const platform = {
    request({ url, method, header, data, success, fail }) {
      fetch(url, { method, headers: header, body: JSON.stringify(data) }).then(async (answer) => {
        const text = await answer.text();
        const parsed = (() => { try { return JSON.parse(text); } catch { return text; } })();
        success({ statusCode: answer.status, data: parsed });
      }, (error) => fail({ errMsg: String(error) }));
    },
    connectSocket({ url, protocols }) {
      const socket = new WebSocket(url, protocols);
      seen.sockets.push(socket);
      return {
        onOpen: (run) => socket.on('open', run),
        onMessage: (run) => socket.on('message', (data) => run({ data: String(data) })),
        onClose: (run) => socket.on('close', (closeCode, reason) => run({ code: closeCode, reason: String(reason) })),
        onError: (run) => socket.on('error', run),
        send: ({ data }) => socket.send(data),
        close: ({ code: closeCode } = {}) => socket.close(closeCode ?? 1000),
      };
    },
    getStorageSync: (key) => stored.get(key) ?? '',
    setStorageSync: (key, value) => stored.set(key, value),
    removeStorageSync: (key) => stored.delete(key),
    onAppShow: (run) => listeners.show.push(run),
    onAppHide: (run) => listeners.hide.push(run),
    login: ({ success }) => success({ code }),
    chooseAddress: ({ success }) => success(address),
    showModal: ({ success }) => success({ confirm: true, cancel: false }),
    showToast: ({ title }) => seen.toasts.push(title),
    setNavigationBarTitle: ({ title }) => { seen.title = title; },
    stopPullDownRefresh() {},
    navigateTo: ({ url }) => open(url),
    redirectTo: ({ url }) => { stack.pop()?.close(); return open(url); },
  };
  delete globalThis.wx;
  globalThis[api] = platform;

  globalThis.App = (app) => app.onLaunch({ query: {} });
  require(join(folder, 'app.js'));
  const { pages } = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8'));
  await open(pages[0]);
  return {
    top: () => stack.at(-1),
    open,
    /** The app goes to the background, where its sockets are cut. */
    hide: () => { stack.at(-1).call('onHide'); listeners.hide.forEach((run) => run()); },
    show: () => { stack.at(-1).call('onShow'); listeners.show.forEach((run) => run()); },
    back: () => { stack.pop().close(); stack.at(-1).call('onShow'); },
    close: () => { while (stack.length) stack.pop().close(); },
  };
}

/** Draws a page, as the platform does: its functions become methods, the rest of it the instance's own. */
function draw(path, query) {
  let options;
  globalThis.Page = (given) => {
    options = given;
    const methods = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'function'));
    globalThis.Component({ data: structuredClone(given.data), methods });
  };
  const page = simulate.render(simulate.load(path, { compiler: 'simulate', rootPath: path }));
  const { instance } = page;
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'data' && typeof value !== 'function') instance[name] = value;
  }
  const parent = document.createElement('main');
  document.body.append(parent);
  page.attach(parent);
  const call = (name, ...args) => instance[name]?.(...args);
  call('onLoad', query);
  call('onShow');
  const name = path.split('/').at(-2);
  return {
    name,
    data: () => instance.data,
    /** Without any spaces: the simulator keeps other ones than the platforms do. */
    text: () => parent.textContent.replace(/\s+/g, ''),
    count: (selector) => page.querySelectorAll(selector).length,
    tap(selector, holds = () => true) {
      const found = page.querySelectorAll(selector).filter((each) => holds(each.dom.textContent));
      if (!found.length) throw new Error(`no ${selector} to tap on ${name}: ${parent.innerHTML}`);
      found[0].dispatchEvent('tap');
    },
    input: (selector, value) => page.querySelector(selector).dispatchEvent('input', { detail: { value } }),
    call,
    close() {
      call('onUnload');
      page.detach();
    },
  };
}

/** WeChat's names for the files of another platform, since the simulator knows no others. What was built stays as it is but for that. */
export function renamed(from, to) {
  cpSync(from, to, { recursive: true });
  for (const file of readdirSync(to, { recursive: true }).map(String)) {
    const kind = { ttml: 'wxml', ttss: 'wxss' }[file.split('.').at(-1)];
    if (kind) writeFileSync(join(to, file.replace(/\.\w+$/, `.${kind}`)), readFileSync(join(to, file), 'utf8').replace(/\btt:/g, 'wx:'));
  }
}
