import { store } from './store';

/** Where the page is: `#/product/prd_…?a=b` is the page `product`, the id `prd_…` and the parameters. */
export interface Place {
  page: string;
  id: string;
  params: URLSearchParams;
}

function read(): Place {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [page, id = ''] = path.split('/');
  return { page, id: decodeURIComponent(id), params: new URLSearchParams(query) };
}

export const place = store(read());

export const href = (page: string, id = '', params?: Record<string, string>) =>
  `#/${page}${id && '/' + encodeURIComponent(id)}${params ? '?' + new URLSearchParams(params) : ''}`;

export const go = (to: string) => { location.hash = to; };

/** As `go`, without a way back to the page as it is: for what cannot be done twice. */
export function instead(to: string) {
  history.replaceState(null, '', to);
  arrive();
}

// How far each page was scrolled, so that coming back from a product finds the feed where it was.
const scrolled = new Map<string, number>();
let here = location.hash;
let back = false;

function arrive() {
  scrolled.set(here, scrollY);
  here = location.hash;
  place.set(read());
  const to = back ? scrolled.get(here) ?? 0 : 0;
  back = false;
  requestAnimationFrame(() => scrollTo(0, to));
}

history.scrollRestoration = 'manual';
// A step back or forward comes with the state that it left; a link that was followed has none yet.
addEventListener('popstate', ({ state }) => { back = state === 'seen'; });
addEventListener('hashchange', () => {
  arrive();
  history.replaceState('seen', '');
});
history.replaceState('seen', '');
