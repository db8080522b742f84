import { LiveCouponDropDocument, type HostConsoleQuery } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { act, client } from '../api';
import { Count, Left } from '../parts';
import type { Room } from '../room';
import { t } from '../words';

export function Drops({ room, templates }: { room: Room; templates: HostConsoleQuery['couponTemplates']['nodes'] }) {
  const [chosen, setChosen] = useState('');
  const [quantity, setQuantity] = useState(20);
  const [seconds, setSeconds] = useState(60);
  const [turn, setTurn] = useState(0); // the same rain again is another one
  const template = templates.find(({ id }) => id === chosen) ?? templates[0];
  async function rain(event: Event) {
    event.preventDefault();
    const input = { roomId: room.id, couponTemplateId: template.id, quantity, seconds };
    const done = await client.keyed(`drop:${turn}:${JSON.stringify(input)}`, (idempotencyKey) => act(LiveCouponDropDocument, { input: { idempotencyKey, ...input } }));
    if (done) setTurn(turn + 1);
  }
  return (
    <section class="card drops" aria-label={t.drops}>
      <h2>{t.drops}</h2>
      <ul>
        {room.drops.map(({ id, template: { title }, left, quantity: of, endsAt }) => (
          <li key={id} class="row item on"><div class="grow"><p class="one">{title}</p><small>{t.left} {left}/{of} · <Left until={endsAt} /></small><progress max={of} value={left} aria-label={title} /></div></li>
        ))}
      </ul>
      {room.state === 'LIVE' && (template ? (
        <form onSubmit={rain} class="fields">
          <label class="whole">{t.coupon}<select value={template.id} onChange={(event) => setChosen(event.currentTarget.value)}>{templates.map(({ id, title, left }) => <option key={id} value={id}>{title} · {t.left} {left}</option>)}</select></label>
          <Count label={t.quantity} value={quantity} set={setQuantity} most={100_000} focus="d" />
          <Count label={t.seconds} value={seconds} set={setSeconds} most={3600} />
          <button class="primary">{t.rain}</button>
        </form>
      ) : <p class="soft">{t.noCoupons}</p>)}
    </section>
  );
}
