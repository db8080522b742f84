import { HostRoomsDocument, LiveProductPinDocument, LiveProductUnpinDocument, LiveShelfSetDocument, type HostRoomsQuery } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { money } from '@h5/ui/price';
import { act, client, wrong } from '../api';
import { ProductPicker } from '../picker';
import type { Room } from '../room';
import { t } from '../words';

export function Shelf({ room, over }: { room: Room; over: boolean }) {
  const [products, setProducts] = useState<HostRoomsQuery['products']['nodes']>();
  const [chosen, setChosen] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const edit = () => client.query(HostRoomsDocument, {}).then((data) => {
    setChosen(room.shelf.map(({ id }) => id));
    setProducts(data.products.nodes);
  }, wrong);
  const save = async () => { if (await act(LiveShelfSetDocument, { input: { roomId: room.id, productIds: chosen } })) setProducts(undefined); };
  const pin = (productId: string) => act(LiveProductPinDocument, { input: { roomId: room.id, productId, note: note.trim() || null } }).then((done) => { if (done) setNote(''); });
  const pinnedId = room.pinned?.product.id;
  return (
    <section class="card shelf" aria-label={t.shelf}>
      <div class="between">
        <h2>{t.shelf}</h2>
        {!over && <button class="link" onClick={() => (products ? save() : edit())}>{products ? t.save : t.editShelf}</button>}
      </div>
      {products ? <ProductPicker products={products} chosen={chosen} choose={setChosen} /> : (
        <>
          {!over && <input placeholder={t.note} aria-label={t.note} maxLength={100} value={note} onInput={(event) => setNote(event.currentTarget.value)} />}
          {!room.shelf.length && <p class="soft">{t.none}</p>}
          <ol>
            {room.shelf.map((product, at) => (
              <li key={product.id} class={`row item ${product.id === pinnedId ? 'on' : ''}`}>
                {product.media[0] && <img src={product.media[0].url} alt="" width="44" height="44" />}
                <div class="grow">
                  <p class="one">{product.title}</p>
                  <small>{money(product.price.sale)}{product.id === pinnedId && room.pinned?.note ? ` · ${room.pinned.note}` : ''}</small>
                </div>
                {!over && (product.id === pinnedId
                  ? <button class="small strong" data-key="0" onClick={() => act(LiveProductUnpinDocument, { input: { roomId: room.id } })}>{t.unpin} <kbd>0</kbd></button>
                  : <button class="small" data-key={at < 9 ? String(at + 1) : undefined} onClick={() => pin(product.id)}>{t.pin} {at < 9 && <kbd>{at + 1}</kbd>}</button>)}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
