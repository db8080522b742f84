// Starts the page and shows what the address asks for: #/ the shop, #/orders, #/me, #/order/<id>, #/group/<id>, #/live/<id>, and ?share=<token>, where shared links lead.
import { currentSession, deviceId, send, signIn } from './api.js';
import { openHelp } from './assist.js';
import { $, busy, h, report, sheet, toast } from './dom.js';
import { groupPage } from './groups.js';
import { memberPage } from './member.js';
import { orderPage, ordersPage } from './orders.js';
import { openProduct } from './product.js';
import { liveStrip, roomPage } from './room.js';
import { shopPage } from './shop.js';
import { render as renderTrace } from './trace.js';
import { language, switchLanguage, t } from './words.js';

let leave = () => {}; // ends what the page before has running
let shop; // kept, so that coming back from an order finds the feed where it was

function show() {
  const [, page, id] = location.hash.split('/');
  document.querySelectorAll('dialog').forEach((dialog) => dialog.close());
  leave();
  leave = () => {};
  if (page === 'order' && id) {
    leave = orderPage($('#page'), id);
  } else if (page === 'group' && id) {
    leave = groupPage($('#page'), id);
  } else if (page === 'live' && id) {
    leave = roomPage($('#page'), id);
  } else if (page === 'me') {
    leave = memberPage($('#page'));
  } else if (page === 'orders') {
    ordersPage($('#page'));
  } else {
    shop ??= shopPage();
    $('#page').replaceChildren(liveStrip(), shop.element);
    return;
  }
  scrollTo(0, 0);
}

function showWho() {
  const session = currentSession();
  $('#who').hidden = !session;
  $('#who').textContent = session?.nickname ?? '';
}

// Anybody may be anybody here: the demo's sign-in knows no password.
function askWho() {
  const input = h('input', { name: 'name', value: currentSession()?.name ?? '', maxlength: 24, autocomplete: 'off' });
  const close = sheet('small', h('h2', {}, t('switchUser')), h('label', {}, t('nickname'), input),
    busy(h('button', { class: 'primary' }, t('signInAs')), async () => {
      const name = input.value.replace(/[^\p{L}\p{N}]/gu, ''); // demo names are letters and digits
      if (!name) return input.focus();
      await signIn(name);
      shop = undefined; // its prices are the member's
      close();
      toast(t('signedIn', currentSession().nickname));
      show();
    }));
}

document.documentElement.lang = language;
$('#tagline').textContent = t('tagline');
$('#search input').placeholder = t('searchHint');
$('#search input').setAttribute('aria-label', t('searchHint'));
$('#to-me').textContent = t('member');
$('#to-orders').textContent = t('myOrders');
$('#language').textContent = language === 'en' ? '中文' : 'EN';
$('#trace-title').textContent = t('trace');
$('#trace-hint').textContent = t('traceHint');
$('#trace-more').textContent = t('traceMore');

$('#language').addEventListener('click', switchLanguage);
$('#who').addEventListener('click', askWho);
$('#trace-open').addEventListener('click', () => document.body.classList.toggle('trace-shown'));
$('#search').addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = '#/';
  (shop ??= shopPage()).search(new FormData(event.target).get('query').trim());
});
document.addEventListener('session', showWho);
addEventListener('hashchange', show);

// showShared opens what a shared link points at.
async function showShared(token) {
  history.replaceState(null, '', location.pathname + location.hash);
  sessionStorage.setItem('kaituan.referral', token); // who signs in from here on was brought by it
  send('visited', { input: { token, deviceId: deviceId() } }).catch(() => {});
  const { shareLink } = await send('shared', { token });
  const target = shareLink?.target;
  if (!target) return shareLink ?? toast(t('noShared')); // without a target it is the shop itself
  const page = { GroupBuy: 'group', LiveRoom: 'live' }[target.__typename];
  if (page) location.hash = `#/${page}/${target.id}`;
  else if (target.goal) openHelp(target);
  else openProduct(target.product ?? target, target.product && target);
}

renderTrace();
showWho();
show();
const token = new URLSearchParams(location.search).get('share');
if (token) showShared(token).catch(report);
