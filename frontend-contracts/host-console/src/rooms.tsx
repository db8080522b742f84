import { HostRoomsDocument, LiveRoomCreateDocument, type HostRoomsQuery } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { act, client, wrong } from './api';
import { ProductPicker } from './picker';
import { t } from './words';

export function Rooms() {
  const [data, setData] = useState<HostRoomsQuery>();
  useEffect(() => { client.query(HostRoomsDocument, {}).then(setData, wrong); }, []);
  if (!data) return <p class="wait">{t.loading}</p>;
  const mine = data.liveRooms.nodes.filter(({ viewerRole }) => viewerRole && viewerRole !== 'VIEWER');
  return (
    <div class="rooms">
      <section class="card">
        <h2>{t.rooms}</h2>
        {!mine.length && <p class="soft">{t.none}</p>}
        <ul>
          {mine.map(({ id, title, state, viewerCount }) => (
            <li key={id}><a class="between pick" href={`#/${encodeURIComponent(id)}`}><span>{title}</span><span class="row"><em class={`state ${state}`}>{t.states[state]}</em><small>{viewerCount} {t.viewers}</small></span></a></li>
          ))}
        </ul>
      </section>
      <NewRoom products={data.products.nodes} />
    </div>
  );
}

function NewRoom({ products }: { products: HostRoomsQuery['products']['nodes'] }) {
  const [title, setTitle] = useState('');
  const [shelf, setShelf] = useState<string[]>([]);
  async function create(event: Event) {
    event.preventDefault();
    const made = await client.keyed(`room:${title}:${shelf.join()}`, (idempotencyKey) => act(LiveRoomCreateDocument, { input: { idempotencyKey, title, productIds: shelf } }));
    const room = made?.liveRoomCreate.room;
    if (room) location.hash = `#/${encodeURIComponent(room.id)}`;
  }
  return (
    <form class="card" onSubmit={create}>
      <h2>{t.newRoom}</h2>
      <label>{t.title}<input id="title" value={title} maxLength={100} required onInput={(event) => setTitle(event.currentTarget.value)} /></label>
      <ProductPicker products={products} chosen={shelf} choose={setShelf} />
      <button class="primary" disabled={!title.trim()}>{t.create}</button>
    </form>
  );
}
