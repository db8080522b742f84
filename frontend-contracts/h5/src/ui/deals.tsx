import { LiveCouponClaimDocument, LiveLotteryEnterDocument, type LiveRoomQuery } from '@kaituan/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { client, done, signedIn } from '../api';
import { checkOut } from '../checkout';
import { href } from '../router';
import type { Room } from '../room';
import { t } from '../words';
import { Act } from './button';
import { Countdown } from './countdown';
import { Icon } from './icons';
import { Picture } from './picture';
import { money, Price, Was } from './price';
import { toast } from './toast';

type Claims = Pick<NonNullable<LiveRoomQuery['liveRoom']>, 'drops' | 'lottery'>;

/** What can be had in a room right now: the pinned product, offers, coupons that rain, a lottery. */
export function Deals({ room, claims, set, reload }: { room: Room; claims: Claims; set: (change: (room: Room) => Room) => void; reload: () => Promise<void> }) {
  const [caught, setCaught] = useState<string[]>([]); // drops that this viewer has a coupon of
  const [tickets, setTickets] = useState<Record<string, number>>({});
  const has = (id: string) => caught.includes(id) || claims.drops.some((drop) => drop.id === id && drop.viewerClaimed);
  const ticketOf = (id: string) => tickets[id] ?? (claims.lottery?.id === id ? claims.lottery.viewerTicket : null);

  async function grab(dropId: string) {
    await signedIn();
    done((await client.mutate(LiveCouponClaimDocument, { input: { dropId } })).liveCouponClaim);
    setCaught([...caught, dropId]);
    toast(t.gotRain);
  }
  async function enter(lotteryId: string) {
    await signedIn();
    const { lottery } = done((await client.mutate(LiveLotteryEnterDocument, { input: { lotteryId } })).liveLotteryEnter);
    setTickets({ ...tickets, [lotteryId]: lottery!.viewerTicket! });
    set((was) => (was.lottery?.id === lotteryId ? { ...was, lottery: { ...was.lottery, entries: Math.max(was.lottery.entries, lottery!.entries) } } : was));
  }
  const { pinned, lottery } = room;
  return (
    <div class="deals">
      {room.offers.map((offer) => (
        <section class="deal offer" key={offer.id} aria-label={t.offerOf(money(offer.price))}>
          <Picture of={offer.sku.product.media[0]} />
          <span><b>{offer.sku.product.title}</b><span class="card-prices"><Price of={offer.price} class="large" />{offer.sku.price.sale && <Was of={offer.sku.price.sale} label={t.was} />}</span><small>{t.quotaLeft(offer.left)} · <Countdown until={offer.endsAt} /></small></span>
          <button class="primary" disabled={offer.offerState !== 'OPEN'} onClick={() => checkOut({ liveOffer: { offerId: offer.id, quantity: 1 } })}>{offer.offerState === 'OPEN' ? t.grab : t.soldOut}</button>
        </section>
      ))}
      {room.drops.map((drop) => (
        <section class="deal drop" key={drop.id} aria-label={t.rain}>
          <Icon name="ticket" size={30} />
          <span><b>{drop.template.title}</b><small>{t.rainLeft(drop.left)} · <Countdown until={drop.endsAt} done={reload} /></small></span>
          {has(drop.id) ? <b class="got"><Icon name="check" size={16} />{t.claimed}</b> : <Act class="primary" run={() => grab(drop.id)}>{t.grabRain}</Act>}
        </section>
      ))}
      {lottery && <Lottery lottery={lottery} ticket={ticketOf(lottery.id)} enter={() => enter(lottery.id)} />}
      {pinned && (
        <a class="deal pinned" href={href('product', pinned.product.id)}>
          <Picture of={pinned.product.media[0]} />
          <span><small class="pin-label">{t.pinned}</small><b>{pinned.product.title}</b>{pinned.note && <small>{pinned.note}</small>}</span>
          {pinned.product.price.sale && <Price of={pinned.product.price.sale} />}<Icon name="next" size={16} />
        </a>
      )}
      <Rain drops={room.drops.filter((drop) => drop.left > 0 && !has(drop.id)).map((drop) => drop.id)} />
    </div>
  );
}

function Lottery({ lottery, ticket, enter }: { lottery: NonNullable<Room['lottery']>; ticket: number | null; enter: () => Promise<void> }) {
  const won = lottery.winners.some((winner) => winner.ticket === ticket);
  return (
    <section class="deal lottery" aria-label={t.lottery}>
      <Icon name="gift" size={30} />
      <span>
        <b>{lottery.prize}</b>
        <small role={lottery.drawnAt ? 'status' : undefined}>{lottery.drawnAt
          ? (lottery.winners.length ? t.winnersAre(lottery.winners.map(({ ticket: n, nickname }) => `${nickname} #${n}`).join(', ')) : t.noEntrants)
          : <>{t.entrants(lottery.entries)} · <Countdown until={lottery.endsAt} /></>}</small>
      </span>
      {ticket !== null ? <b class="got">{won ? t.won : t.ticket(ticket)}</b> : lottery.drawnAt ? <b class="got">{t.drawn}</b> : <Act class="primary" run={enter}>{t.enter}</Act>}
    </section>
  );
}

const FALLS = 6000; // milliseconds
const COUPONS = 14;

/** Coupons fall for a while when a drop begins. The card of the drop is what is pressed; this is to be seen only. */
function Rain({ drops }: { drops: string[] }) {
  const seen = useRef(new Set<string>());
  const [falling, setFalling] = useState(false);
  useEffect(() => {
    const fresh = drops.filter((id) => !seen.current.has(id));
    if (!fresh.length) return;
    fresh.forEach((id) => seen.current.add(id));
    setFalling(true);
    const timer = setTimeout(() => setFalling(false), FALLS);
    return () => clearTimeout(timer);
  }, [drops.join()]);
  return falling ? <div class="rain" aria-hidden="true">{Array.from({ length: COUPONS }, (_, i) => <i key={i} style={{ left: `${(i * 37) % 100}%`, animationDelay: `${(i * 0.37) % 2.6}s` }} />)}</div> : null;
}
