import type { ConsolePointFragment, ConsoleStateFragment } from '@kaituan/client';
import { money } from '@h5/ui/price';
import type { Room } from './room';
import { language, t } from './words';

/** What the console's figures were at a moment. `live`: as they came by the second; the others stand for a minute each, at its end. */
export interface Point { at: number; viewers: number; likes: number; orders: number; sales: number; live?: boolean }

const MINUTE = 60_000;

/** A minute's orders and sales are those of the minute; the console's own are of the whole room. Both are drawn as sums. */
const figuresAt = (at: number, { viewerCount, likeCount, ordersPaid, sales }: ConsolePointFragment | ConsoleStateFragment): Point => ({ at, viewers: viewerCount, likes: likeCount, orders: ordersPaid, sales: Number(sales.amount) });
export const minute = (point: ConsolePointFragment): Point => figuresAt(Date.parse(point.at) + MINUTE, point);
export const second = (figures: ConsoleStateFragment): Point => ({ ...figuresAt(Date.parse(figures.at), figures), live: true });

type Figure = 'viewers' | 'likes' | 'orders' | 'sales';

/** The line of a figure, minutes first and then the seconds that were watched. */
function line(points: Point[], figure: Figure): { at: number; value: number }[] {
  const summed = figure === 'orders' || figure === 'sales';
  const live = points.filter((point) => point.live);
  const from = live.length ? live[0].at : Infinity;
  let sum = 0;
  const minutes = points.filter((point) => !point.live).map((point) => ({ at: point.at, value: summed ? (sum += point[figure]) : point[figure] }));
  return [...minutes.filter(({ at }) => at < from), ...live.map((point) => ({ at: point.at, value: point[figure] }))];
}

export function Charts({ room, figures, points }: { room: Room; figures?: ConsoleStateFragment | null; points: Point[] }) {
  const number = (n: number) => n.toLocaleString(language);
  return (
    <section class="charts" aria-label={t.console}>
      <Chart name="viewers" label={t.viewers} value={number(room.viewerCount)} hint={figures ? `${t.peak} ${number(figures.peakViewers)}` : ''} line={line(points, 'viewers')} />
      <Chart name="likes" label={t.likes} value={number(room.likeCount)} hint="" line={line(points, 'likes')} />
      <Chart name="orders" label={t.orders} value={number(figures?.ordersPaid ?? 0)} hint="" line={line(points, 'orders')} />
      <Chart name="sales" label={t.sales} value={figures ? money(figures.sales) : ''} hint="" line={line(points, 'sales')} />
    </section>
  );
}

const [WIDTH, HEIGHT] = [240, 56];

function Chart({ name, label, value, hint, line: values }: { name: Figure; label: string; value: string; hint: string; line: { at: number; value: number }[] }) {
  const most = Math.max(1, ...values.map((each) => each.value));
  const [from, to] = [values[0]?.at ?? 0, values[values.length - 1]?.at ?? 0];
  const place = (each: { at: number; value: number }) => `${(to > from ? ((each.at - from) / (to - from)) * WIDTH : WIDTH).toFixed(1)} ${(HEIGHT - 3 - (each.value / most) * (HEIGHT - 8)).toFixed(1)}`;
  const path = values.map((each, index) => (index ? 'L' : 'M') + place(each)).join('') + (values.length === 1 ? 'H0' : '');
  const clock = (at: number) => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  return (
    <figure class={`card chart ${name}`}>
      <figcaption><span>{label}</span><small>{hint}</small></figcaption>
      <strong>{value}</strong>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${label}: ${value}`}>
        {path && <path class="area" d={`${path}V${HEIGHT}H${values.length === 1 ? WIDTH : 0}Z`} />}
        {path && <path class="line" d={path} vector-effect="non-scaling-stroke" />}
      </svg>
      <div class="between axis"><small>{from ? clock(from) : ''}</small><small>{to ? clock(to) : ''}</small></div>
    </figure>
  );
}
