import {
  HostConsoleDocument, LiveConsoleChangedDocument, LiveRoomEndDocument, LiveRoomEventsDocument, LiveRoomPauseDocument, LiveRoomStartDocument, type HostConsoleQuery, type Status,
} from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { heard } from '@h5/clock';
import { toast } from '@h5/ui/toast';
import { act, client, wrong } from './api';
import { Charts, minute, second, type Point } from './charts';
import { keysFor } from './keys';
import { Comments } from './panels/comments';
import { Drops } from './panels/drops';
import { Lottery } from './panels/lottery';
import { Offers } from './panels/offers';
import { Shelf } from './panels/shelf';
import { Sure } from './parts';
import { after, type Room } from './room';
import { t } from './words';

type Figures = HostConsoleQuery['liveConsole'];

interface Live {
  room?: Room;
  figures?: Figures;
  points: Point[];
  templates: HostConsoleQuery['couponTemplates']['nodes'];
  status?: Status;
  failed?: boolean;
}

/** So many of the seconds that were watched are drawn; what is before them, by the minute. */
const SECONDS = 600;

/** One query, then the room's events and the console's figures over the one socket. */
function useRoom(id: string): Live & { again: () => void } {
  const [live, setLive] = useState<Live>({ points: [], templates: [] });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const leave: (() => void)[] = [];
    let gone = false;
    const change = (next: (was: Live) => Live) => { if (!gone) setLive(next); };
    client.query(HostConsoleDocument, { roomId: id }).then(({ serverTime, liveConsole, liveRoom, couponTemplates }) => {
      if (gone || !liveRoom) return;
      heard(serverTime);
      change(() => ({ room: liveRoom, figures: liveConsole, points: liveConsole ? liveConsole.series.map(minute) : [], templates: couponTemplates.nodes }));
      leave.push(
        client.subscribe(LiveRoomEventsDocument, { roomId: id, after: liveRoom.cursor }, {
          next: ({ liveRoomEvents: event }) => {
            if (event.__typename === 'LiveOrderPlaced') toast(t.bought(event.buyer.nickname, event.product.title, event.quantity));
            change((was) => ({ ...was, room: after(was.room!, event) }));
          },
          status: (status) => change((was) => ({ ...was, status })),
          error: wrong,
        }),
        client.subscribe(LiveConsoleChangedDocument, { roomId: id }, {
          next: ({ liveConsole: figures }) => change((was) => ({ ...was, figures, points: [...figures.series.map(minute), ...was.points.filter(({ live: own }) => own).slice(1 - SECONDS), second(figures)] })),
          error: wrong,
        }),
      );
    }).catch((error) => {
      change((was) => ({ ...was, failed: true }));
      wrong(error);
    });
    return () => {
      gone = true;
      leave.forEach((stop) => stop());
    };
  }, [id, turn]);
  return { ...live, again: () => setTurn(turn + 1) };
}

export function Console({ id }: { id: string }) {
  const { room, figures, points, templates, status, failed, again } = useRoom(id);
  const [help, setHelp] = useState(false);
  useEffect(() => keysFor(() => setHelp((was) => !was)), []);
  if (failed) return <p class="wait"><button class="primary" onClick={again}>{t.again}</button></p>;
  if (!room) return <p class="wait">{t.loading}</p>;
  const over = room.state === 'ENDED' || room.state === 'BANNED';
  return (
    <>
      <section class="stage" aria-label={room.title}>
        <div class="grow">
          <h1 class="one">{room.title}</h1>
          <div class="row">
            <em class={`state ${room.state}`}>{t.states[room.state]}</em>
            <Badge status={status} />
            {room.ingestUrl && <details class="soft"><summary>{t.ingest}</summary><code>{room.ingestUrl}</code></details>}
          </div>
        </div>
        <button class="link" onClick={() => setHelp(!help)} aria-expanded={help}>{t.shortcuts} <kbd>?</kbd></button>
        {!over && room.state !== 'LIVE' && <button class="primary" data-key="s" onClick={() => act(LiveRoomStartDocument, { input: { roomId: id } })}>{room.state === 'PAUSED' ? t.resume : t.start} <kbd>S</kbd></button>}
        {room.state === 'LIVE' && <button class="ghost" data-key="s" onClick={() => act(LiveRoomPauseDocument, { input: { roomId: id } })}>{t.pause} <kbd>S</kbd></button>}
        {!over && <Sure class="ghost danger" run={() => act(LiveRoomEndDocument, { input: { roomId: id } })}>{t.end}</Sure>}
      </section>
      {help && <dl class="card keys">{t.keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>}
      <Charts room={room} figures={figures} points={points} />
      <div class="desk">
        <Shelf room={room} over={over} />
        <div class="column">
          <Offers room={room} />
          <Drops room={room} templates={templates} />
          <Lottery room={room} />
        </div>
        <Comments room={room} held={figures?.heldComments ?? []} perMinute={figures?.commentsPerMinute ?? 0} />
      </div>
    </>
  );
}

function Badge({ status }: { status?: Status }) {
  if (!status) return null;
  const caught = status.state === 'open' && status.caughtUp > 0;
  return <span class={`badge ${status.state}`} role="status">{caught ? t.caughtUp(status.caughtUp) : t.connection[status.state]}</span>;
}
