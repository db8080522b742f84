import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Home } from './pages/home';
import { place } from './router';
import { Drawer } from './drawer';
import { Skeleton } from './ui/skeleton';
import { Tabs } from './ui/tabs';
import { Toasts } from './ui/toast';
import { t } from './words';

type Page = ComponentType<{ id: string; params: URLSearchParams }>;

// Everything but the first page is loaded when it is asked for.
const pages: Record<string, () => Promise<Page>> = {
  search: () => import('./pages/search').then((it) => it.Search),
  product: () => import('./pages/product').then((it) => it.Product),
  group: () => import('./pages/group').then((it) => it.Group),
  assist: () => import('./pages/assist').then((it) => it.Assist),
  live: () => import('./pages/live').then((it) => it.Live),
  cart: () => import('./pages/cart').then((it) => it.Cart),
  checkout: () => import('./pages/checkout').then((it) => it.Checkout),
  orders: () => import('./pages/orders').then((it) => it.Orders),
  order: () => import('./pages/order').then((it) => it.Order),
  me: () => import('./pages/member').then((it) => it.Member),
  invite: () => import('./pages/invite').then((it) => it.Invite),
};
const loaded: Record<string, Page> = { '': Home };

export function App() {
  const { page, id, params } = place.use();
  const [, arrived] = useState('');
  const known = page in pages ? page : '';
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!loaded[known]) pages[known]().then((it) => { loaded[known] = it; arrived(known); });
  }, [known]);
  // Who goes to another page by keyboard or screen reader starts at its beginning.
  useEffect(() => {
    if (!first.current) main.current!.focus({ preventScroll: true });
    first.current = false;
  }, [page, id]);
  const Shown = loaded[known];
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current!.focus(); }}>{t.skip}</a>
      <div class="frame" data-page={known || 'home'}>
        <main id="main" ref={main} tabIndex={-1}>{Shown ? <Shown key={known + id} id={id} params={params} /> : <Skeleton />}</main>
        <Tabs page={known} />
      </div>
      <Drawer />
      <Toasts />
    </>
  );
}
