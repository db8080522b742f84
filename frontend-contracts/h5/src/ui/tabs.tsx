import { store } from '../store';
import { t } from '../words';
import { Icon, type IconName } from './icons';

/** Units in the cart, as the last answer told. */
export const inCart = store(0);
export const countCart = (cart: { lines: { quantity: number }[] } | null | undefined) => { if (cart) inCart.set(cart.lines.reduce((sum, { quantity }) => sum + quantity, 0)); };

const tabs: { page: string; icon: IconName; word: 'home' | 'cart' | 'orders' | 'me' }[] = [
  { page: '', icon: 'home', word: 'home' }, { page: 'cart', icon: 'cart', word: 'cart' }, { page: 'orders', icon: 'orders', word: 'orders' }, { page: 'me', icon: 'me', word: 'me' },
];

export function Tabs({ page }: { page: string }) {
  const count = inCart.use();
  return (
    <nav class="tabs" aria-label={t.mainPages}>
      {tabs.map(({ page: to, icon, word }) => (
        <a key={to} href={`#/${to}`} aria-current={to === page ? 'page' : undefined}>
          <Icon name={icon} size={22} filled={to === page && icon !== 'cart'} /><span>{t.tabs[word]}</span>
          {word === 'cart' && count > 0 && <b class="badge"><span class="hidden">{t.units(count)}</span><span aria-hidden="true">{count}</span></b>}
        </a>
      ))}
    </nav>
  );
}
