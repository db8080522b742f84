import './style/drawer.css';
import * as contract from '@kaituan/client';
import { useState } from 'preact/hooks';
import { exchanges, frames, sums } from './trace';
import { t } from './words';

// The documents' names, by their ids.
const names = Object.fromEntries(Object.entries(contract).flatMap(([name, id]) => (typeof id === 'string' && name.endsWith('Document') ? [[id, name.slice(0, -'Document'.length)]] : [])));

const size = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} kB`);
// Secrets stay out of a panel that may be on a projector.
const hidden = (key: string, value: unknown) => (/token$|^code$|phone/i.test(key) && value ? '…' : value);
const pretty = (text: string) => JSON.stringify(JSON.parse(text), hidden, 1);

export function TracePanel() {
  const asked = exchanges.use();
  const told = frames.use();
  const [tab, setTab] = useState<'http' | 'socket'>('http');
  return (
    <div class="trace">
      <p>{t.backendHint}</p>
      <p class="trace-sum"><b>{t.sum(sums.requests, size(sums.bytes), sums.frames)}</b></p>
      <div class="chips sorts" role="group" aria-label={t.backend}><button aria-pressed={tab === 'http'} onClick={() => setTab('http')}>{t.operations}</button><button aria-pressed={tab === 'socket'} onClick={() => setTab('socket')}>{t.framesOf}</button></div>
      {tab === 'http' && <ol class="trace-list">{asked.map((one) => (
        <li key={one.id}><details>
          <summary><b>{names[one.document] ?? one.document}</b><span class={one.status === 200 ? '' : 'bad'}>{one.status !== 200 && `${one.status} · `}{Math.round(one.milliseconds)} ms</span><small>{size(one.bytes)}{one.cost !== null && ` · ${t.cost} ${one.cost}`}{one.statements !== null && ` · ${one.statements} ${t.statements}`}</small></summary>
          <code>{one.document}</code><pre>{JSON.stringify(one.variables ?? {}, hidden, 1)}</pre>
        </details></li>
      ))}</ol>}
      {tab === 'socket' && <ol class="trace-list">{told.map((one) => (
        <li key={one.id}><details><summary><b>{one.out ? '↑' : '↓'} {one.type}</b><small>{one.out ? t.sent : t.got} {size(one.bytes)}</small></summary><pre>{pretty(one.text)}</pre></details></li>
      ))}</ol>}
    </div>
  );
}
