// The feed, the search and the departments: cards in a grid that grows as one scrolls.
import { deviceId, send } from './api.js';
import { h, memberMark, money } from './dom.js';
import { openProduct } from './product.js';
import { t } from './words.js';

const sorts = ['RELEVANCE', 'BEST_SELLING', 'PRICE_ASC', 'NEWEST'];

// shopPage makes the page once; search(text) shows what is found.
export function shopPage() {
  const chips = h('div', { class: 'chips' });
  const sorting = h('div', { class: 'sorts', hidden: true });
  const grid = h('div', { class: 'grid' });
  const foot = h('div', { class: 'foot' });
  let asked = {}; // query, categoryId, sort; empty for the feed
  let round = 0; // an answer to an older question is thrown away
  let cursor = null;
  let seen = new Set();
  let loading = false;
  let done = false;

  async function load() {
    if (loading || done) return;
    loading = true;
    const mine = round;
    foot.replaceChildren(h('span', { class: 'spinner' }));
    try {
      const page = await nextPage(asked, cursor);
      if (mine !== round) return;
      const fresh = page.cards.filter(({ product }) => product.id && !seen.has(product.id));
      fresh.forEach(({ product }) => seen.add(product.id));
      if (!cursor) grid.replaceChildren();
      grid.append(...fresh.map(card));
      cursor = page.pageInfo.endCursor;
      done = !page.pageInfo.hasNextPage;
      foot.replaceChildren(done ? (seen.size ? t('end') : t('empty')) : h('button', { onclick: load }, t('more')));
    } catch (problem) {
      if (mine !== round) return;
      done = true; // only the shopper tries again, not the scrolling
      foot.replaceChildren(h('p', {}, problem.kind ?? problem.message), h('button', { onclick: () => { done = false; load(); } }, t('retry')));
    } finally {
      if (mine === round) loading = false;
    }
    // A tall screen may still show the end of the grid, and then no scrolling will ask.
    if (!done && mine === round && foot.getBoundingClientRect().top < innerHeight + 300 && foot.isConnected) load();
  }

  function ask(next) {
    asked = next;
    round += 1;
    [cursor, seen, loading, done] = [null, new Set(), false, false];
    grid.replaceChildren(...Array.from({ length: 8 }, () => h('div', { class: 'card ghost' })));
    for (const chip of chips.children) chip.classList.toggle('on', chip.dataset.id === (asked.categoryId ?? (asked.query ? '?' : '')));
    sorting.hidden = !asked.categoryId && !asked.query;
    sorting.replaceChildren(...sorts.map((sort) =>
      h('button', { class: sort === (asked.sort ?? sorts[0]) ? 'on' : '', onclick: () => ask({ ...asked, sort }) }, t(sort))));
    load();
  }

  const chip = (id, name, next) => h('button', { 'data-id': id, onclick: () => ask(next) }, name);
  async function loadChips() {
    chips.replaceChildren(chip('', t('all'), {}));
    try {
      const { categories } = await send('categories');
      chips.append(...categories.map(({ id, name }) => chip(id, name, { categoryId: id })));
    } catch {
      // The shop works without its departments.
    }
    chips.firstChild.classList.add('on');
  }

  loadChips();
  ask({});
  new IntersectionObserver(([entry]) => entry.isIntersecting && load(), { rootMargin: '600px' }).observe(foot);
  return {
    element: h('section', { class: 'shop' }, chips, sorting, grid, foot),
    search: (query) => ask(query ? { query } : {}),
  };
}

// nextPage asks the feed, or the catalogue when something is looked for; both give cards.
async function nextPage(asked, after) {
  if (!asked.query && !asked.categoryId) {
    const { feed } = await send('feed', { after, deviceId: deviceId() });
    return { cards: feed.edges.map(({ node, reason }) => (node.__typename === 'GroupBuyCampaign' ? { product: node.product, campaign: node, reason } : { product: node, reason })), pageInfo: feed.pageInfo };
  }
  const filter = asked.categoryId ? { categoryId: asked.categoryId } : undefined;
  const { products } = await send('products', { after, query: asked.query, filter, sort: asked.sort ?? 'RELEVANCE' });
  return { cards: products.nodes.map((product) => ({ product })), pageInfo: products.pageInfo };
}

// card is a product, or a campaign of it, that opens when it is pressed.
export function card({ product, campaign, reason }) {
  const group = campaign?.offers[0].price;
  const [picture] = product.media;
  const { best, list } = product.price;
  const inStock = product.skus.some((sku) => sku.available);
  return h('button', { class: `card ${campaign ? 'group' : ''} ${inStock ? '' : 'gone'}`, onclick: () => openProduct(product, campaign) },
    h('span', { class: 'picture' },
      picture && h('img', { src: picture.url, alt: picture.alt ?? product.title, width: picture.width ?? 800, height: picture.height ?? 800, loading: 'lazy', decoding: 'async' }),
      reason && h('em', { class: `reason ${reason.code}` }, reason.text),
      !inStock && h('strong', { class: 'sold-out' }, t('soldOut'))),
    h('span', { class: 'title' }, campaign?.title ?? product.title),
    h('span', { class: 'tags' }, campaign && h('i', { class: 'together' }, t('people', campaign.size)), product.skus.some((sku) => sku.pointsPrice) && h('i', { class: 'together' }, t('mall')), ...product.tags.slice(0, 2).map((tag) => h('i', {}, tag))),
    h('span', { class: 'prices' }, campaign && h('small', {}, t('groupPrice')), money(group ?? best, 'best'), campaign ? h('s', {}, money(best)) : memberMark(product.price) || (list && cheaper(best, list) && h('s', {}, money(list)))),
    h('span', { class: 'proof' }, Number(product.proof.soldCount) > 0 ? t('sold', Number(product.proof.soldCount)) : product.vendor ?? '',
      product.scarcity && h('b', { class: `scarce ${product.scarcity.level}` }, t('left', product.scarcity.unitsLeft))));
}

const minor = ({ amount }) => BigInt(amount.replace('.', ''));
const cheaper = (best, list) => minor(best) < minor(list);
