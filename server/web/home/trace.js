// The panel "three requests": what was sent, and how long the answer took.
import { $, h } from './dom.js';
import { t } from './words.js';

const steps = [
  { name: 'feed', label: 'step1' },
  { name: 'placeOrder', label: 'step2' },
  { name: 'sandboxPay', label: 'step3' },
];
const kept = 30; // older requests leave the list

export function record(request) {
  const step = steps.find(({ name }) => name === request.name);
  if (step) step.milliseconds = request.milliseconds;
  const list = $('#trace-log');
  list.prepend(entry(request));
  while (list.children.length > kept) list.lastChild.remove();
  render();
}

const shown = (milliseconds) => `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;

// Secrets stay out of a panel that may be on a projector.
const hidden = (key, value) => (/token$/i.test(key) && value ? '…' : value);

function entry({ name, document, variables, status, milliseconds }) {
  const title = document.match(/(query|mutation|subscription)\s(\w+)/);
  return h('details', { class: 'entry' },
    h('summary', {},
      h('span', { class: `kind ${title[1]}` }, title[1][0].toUpperCase()), h('b', {}, title[2]),
      h('span', { class: status === 200 ? 'ms' : 'ms bad' }, status && status !== 200 ? `${status} · ` : '', shown(milliseconds))),
    h('pre', {}, document),
    h('p', {}, t('variables')), h('pre', {}, JSON.stringify(variables, hidden, 2)));
}

export function render() {
  const done = steps.filter((step) => step.milliseconds !== undefined);
  const sum = done.reduce((total, step) => total + step.milliseconds, 0);
  const slowest = Math.max(1, ...done.map((step) => step.milliseconds));
  $('#trace-steps').replaceChildren(...steps.map((step, i) => {
    const bar = h('i', {});
    bar.style.width = `${((step.milliseconds ?? 0) / slowest) * 100}%`;
    return h('li', { class: step.milliseconds === undefined ? '' : 'done' },
      h('em', {}, String(i + 1)), h('span', {}, t(step.label)), h('b', {}, step.milliseconds === undefined ? '—' : shown(step.milliseconds)), bar);
  }));
  $('#trace-sum').textContent = done.length ? `${t('traceSum')} ${shown(sum)}` : '';
  $('#trace-open').textContent = `${t('trace')} ${done.length}/3${done.length ? ` · ${shown(sum)}` : ''}`;
}
