// Helping a friend: the sheet of one who asks for help, and of a campaign that lets one ask.
import { deviceId, random, send, signedIn } from './api.js';
import { busy, fill, h, money, sheet } from './dom.js';
import { copy } from './groups.js';
import { t } from './words.js';

// openHelp shows an assist, or a campaign until it has been started.
export function openHelp(shared) {
  const body = h('div', { class: 'help' });
  const key = random();
  // Both come to an assist, which takes the place of what was there.
  const act = (word, name, input) => busy(h('button', { class: 'primary' }, t(word)), async () => {
    await signedIn();
    const [{ assist }] = Object.values(await send(name, { input }));
    show(assist);
  });
  function show(it) {
    const campaign = it.campaign ?? it;
    const price = it.priceNow ?? campaign.reward.floor;
    const state = it.state ?? it.campaignState;
    const open = state === 'OPEN';
    fill(body,
      h('h2', {}, campaign.title),
      campaign.prizeSku?.media && h('img', { class: 'hero', src: campaign.prizeSku.media.url, alt: '' }),
      price && h('p', {}, it.priceNow && `${t('priceNow')} `, money(price, 'best')),
      h('p', {}, it.campaign ? t('helped', [it.progress, it.goal]) : t('helpers', it.goal), !open && ` · ${t('helpStates')[state]}`),
      h('div', { class: 'actions' },
        open && (it.campaign ? act('help', 'helpFriend', { assistId: it.id, deviceId: deviceId() }) : act('askHelp', 'startAssist', { campaignId: it.id, idempotencyKey: key })),
        it.campaign && it.share && h('button', { onclick: () => copy(it.share.url) }, t('share'))));
  }
  show(shared);
  sheet('small', body);
}
