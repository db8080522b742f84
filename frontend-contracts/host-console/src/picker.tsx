import type { HostRoomsQuery } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { money } from '@h5/ui/price';
import { t } from './words';

/** Chooses a shelf's products, in the order in which they are ticked. */
export function ProductPicker({ products, chosen, choose }: { products: HostRoomsQuery['products']['nodes']; chosen: string[]; choose: (ids: string[]) => void }) {
  const [words, setWords] = useState('');
  const shown = products.filter(({ title }) => title.toLowerCase().includes(words.toLowerCase()));
  const toggle = (id: string) => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <fieldset class="picker">
      <legend>{t.shelf} · {chosen.length}</legend>
      <input type="search" placeholder={t.search} aria-label={t.search} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      <ul>
        {shown.map(({ id, title, media, skus }) => (
          <li key={id}>
            <label class="pick row">
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
              {media[0] && <img src={media[0].url} alt="" width="36" height="36" loading="lazy" />}
              <span class="grow one">{title}</span>
              {skus[0] && <small>{money(skus[0].price.sale)}</small>}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
