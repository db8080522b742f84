import { LiveLotteryDrawDocument, LiveLotteryStartDocument } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { act, client } from '../api';
import { Count, Left } from '../parts';
import type { Room } from '../room';
import { t } from '../words';

export function Lottery({ room }: { room: Room }) {
  const [prize, setPrize] = useState('');
  const [winners, setWinners] = useState(1);
  const [seconds, setSeconds] = useState(120);
  const { lottery } = room;
  async function start(event: Event) {
    event.preventDefault();
    const input = { roomId: room.id, prize, winners, seconds };
    const done = await client.keyed(`lottery:${lottery?.id}:${JSON.stringify(input)}`, (idempotencyKey) => act(LiveLotteryStartDocument, { input: { idempotencyKey, ...input } }));
    if (done) setPrize('');
  }
  return (
    <section class="card lottery" aria-label={t.lottery}>
      <h2>{t.lottery}</h2>
      {lottery && (
        <div class={`item ${lottery.drawnAt ? '' : 'on'}`}>
          <div class="between">
            <p><b>{lottery.prize}</b> <small>{lottery.entries} {t.entries} {!lottery.drawnAt && <>· <Left until={lottery.endsAt} /></>}</small></p>
            {!lottery.drawnAt && <button class="small strong" onClick={() => act(LiveLotteryDrawDocument, { input: { lotteryId: lottery.id } })}>{t.draw}</button>}
          </div>
          {lottery.drawnAt && <p class="won">{t.won}: {lottery.winners.map(({ ticket, nickname }) => `${nickname} #${ticket}`).join(', ') || t.nobody}</p>}
          <dl class="proof">
            <Proof name={t.seedHash} value={lottery.seedHash} />
            <Proof name={t.entriesHash} value={lottery.entriesHash} />
            <Proof name={t.seed} value={lottery.seed} />
          </dl>
        </div>
      )}
      {room.state === 'LIVE' && (!lottery || lottery.drawnAt) && (
        <form onSubmit={start} class="fields">
          <label class="whole"><span>{t.prize} <kbd>L</kbd></span><input data-key="l" maxLength={100} required value={prize} onInput={(event) => setPrize(event.currentTarget.value)} /></label>
          <Count label={t.winners} value={winners} set={setWinners} most={1000} />
          <Count label={t.seconds} value={seconds} set={setSeconds} most={86_400} />
          <button class="primary">{t.run}</button>
        </form>
      )}
    </section>
  );
}

const Proof = ({ name, value }: { name: string; value: string | null }) => (value ? <div><dt>{name}</dt><dd title={value}><code>{value}</code></dd></div> : null);
