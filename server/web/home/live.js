// A page that shows one thing and follows it.
import * as documents from './documents.js';
import { h, report } from './dom.js';
import { subscribe } from './socket.js';
import { t } from './words.js';

// livePage renders what load finds, then each change that the stream of that name tells; where the stream tells only that there is one, reload finds it. It
// returns show, for news that came another way, and leave, which ends it all.
export function livePage(page, { load, stream, variables, render, reload }) {
  const live = h('span', { class: 'live' });
  const body = h('div', { class: 'order' }, h('span', { class: 'spinner' }));
  let version = -1;
  let stop = () => {};
  let left = false;

  // An answer and an event may cross: what is older than what is shown is dropped.
  function show(thing) {
    if (left || Number(thing.version) < version) return;
    version = Number(thing.version);
    render(body, thing);
  }
  async function start() {
    try {
      show(await load());
    } catch (problem) {
      return body.replaceChildren(h('p', { class: 'foot' }, problem.kind ?? problem.message));
    }
    if (left) return;
    async function changed(thing) {
      if (!reload) show(thing);
      else if (Number(thing.version) > version) show(await reload());
    }
    stop = subscribe(documents[stream], variables, (data) => changed(data[stream]).catch(report), (on) => {
      live.textContent = on ? t('live') : t('offline');
      live.classList.toggle('on', on);
    });
  }

  page.replaceChildren(h('section', { class: 'narrow' }, h('div', { class: 'order-top' }, h('a', { href: '#/' }, `‹ ${t('back')}`), live), body));
  start();
  return { show, leave: () => { left = true; stop(); } };
}
