// Building elements, sheets and toasts. Text is always set as text, so nothing that a merchant or shopper wrote becomes markup.
import { t } from './words.js';

// h makes an element: h('button', { class: 'x', onclick: f }, 'text', child, null).
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  fill(element, ...children);
  return element;
}

// fill puts children in the place of what an element has; what is null, undefined or false is none.
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => (child ?? false) !== false));
}

export const $ = (selector) => document.querySelector(selector);

const symbols = { CNY: '¥', HKD: 'HK$', TWD: 'NT$', SGD: 'S$', USD: '$', EUR: '€', JPY: '¥', MYR: 'RM', MOP: 'MOP$' };

// money shows an amount with its cents small, as price tags do.
export function money(amount, className = '') {
  const [, minus, whole, cents] = amount.amount.match(/(-?)(\d+)\.?(\d*)/);
  return h('span', { class: `money ${className}` },
    minus, h('small', {}, symbols[amount.currency] ?? amount.currency), whole, cents && cents !== '00' ? h('small', {}, `.${cents}`) : null);
}

// priceIn is what a price asks for in points beside money, if anything.
export const priceIn = (points) => Number(points) > 0 && h('small', {}, ` + ${t('points', points)}`);

// memberMark says that the best price is the member's own.
export const memberMark = ({ member, best }) => member?.amount === best.amount && h('small', {}, t('memberPrice'));

// times multiplies a decimal by a whole number in minor units: a float would lose a cent some day.
export function times(decimal, n) {
  const [whole, cents = ''] = decimal.split('.');
  const product = (BigInt(whole + cents) * BigInt(n)).toString().padStart(cents.length + 1, '0');
  return cents ? `${product.slice(0, -cents.length)}.${product.slice(-cents.length)}` : product;
}

// less takes b from a, of as many cents.
export function less(a, b) {
  const cents = (a.split('.')[1] ?? '').length;
  const left = (BigInt(a.replace('.', '')) - BigInt(b.replace('.', ''))).toString().padStart(cents + 1, '0');
  return cents ? `${left.slice(0, -cents)}.${left.slice(-cents)}` : left;
}

// sheet opens a modal sheet with the content; it returns a function that closes it.
export function sheet(className, ...content) {
  const close = () => dialog.close();
  const dialog = h('dialog', { class: `sheet ${className}`, onclick: (event) => event.target === dialog && close() },
    h('div', { class: 'sheet-body' }, h('button', { class: 'close', 'aria-label': t('close'), onclick: close }, '×'), ...content));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

let hide;
// toast says something briefly; it does not interrupt.
export function toast(text) {
  const box = $('#toast');
  // A modal sheet lies over the page: the toast goes into the uppermost one.
  ([...document.querySelectorAll('dialog[open]')].pop() ?? document.body).append(box);
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(hide);
  hide = setTimeout(() => { box.classList.remove('shown'); document.body.append(box); }, 3600);
}

// report tells kindly what went wrong.
export const report = (problem) => toast(problem.kind ?? problem.message);

// busy runs the work of a button once at a time.
export function busy(button, work) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await work();
    } catch (problem) {
      report(problem);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}
