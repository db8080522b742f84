import '../style/product.css';
import { GroupBuyUpdatedDocument, GroupDocument, type GroupQuery } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { useQuery, useSubscription } from '../api';
import { lacking } from '../group';
import { href } from '../router';
import { Bar } from '../ui/bar';
import { BuySheet, type Choice } from '../ui/buy';
import { Countdown } from '../ui/countdown';
import { Icon } from '../ui/icons';
import { Avatar, Picture } from '../ui/picture';
import { Price, Was } from '../ui/price';
import { ShareSheet } from '../ui/share';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { Following } from '../ui/status';
import { t } from '../words';

type It = NonNullable<GroupQuery['groupBuy']>;

const FREE_SHOWN = 20;

export function Group({ id }: { id: string; params: URLSearchParams }) {
  const { data, error, reload, set } = useQuery(GroupDocument, { id });
  const [choice, setChoice] = useState<Choice>();
  const [sharing, setSharing] = useState(false);
  const group = data?.groupBuy;
  // An answer and an event may cross: what is older than what is shown is dropped. One's own seat is not in the event, so it is asked for when something changed.
  const status = useSubscription(GroupBuyUpdatedDocument, group ? { id } : null, ({ groupBuyUpdated: now }) => {
    if (!group || now.version <= group.version) return;
    set((was) => ({ ...was, groupBuy: { ...was.groupBuy!, ...now } }));
    reload();
  });
  if (!data) return <><Bar title={t.group} />{error ? <Failed error={error} again={reload} /> : <Skeleton />}</>;
  if (!group) return <><Bar title={t.group} /><Empty text={t.noGroup} href="#/" link={t.goShopping} /></>;
  const { campaign } = group;
  const [offer] = campaign.offers;
  return (
    <div class="group-page">
      <Bar title={t.group}>{group.share && <button class="plain" onClick={() => setSharing(true)} aria-label={t.share}><Icon name="share" /></button>}</Bar>
      <a class="panel goods-line" href={href('product', campaign.product.id, { campaign: campaign.id })}>
        <Picture of={campaign.product.media[0]} />
        <span><b>{campaign.title}</b><small>{campaign.product.title}</small><span class="card-prices"><Price of={offer.price} /><Was of={campaign.product.price.best} label={t.alonePrice} /></span></span>
      </a>
      <Progress group={group} />
      <p class="centre"><Following status={status} /></p>
      <Actions group={group} mine={data.me?.public.id} choose={(joins) => setChoice({ product: campaign.product, campaign, group: joins ? group.id : undefined })} share={() => setSharing(true)} />
      {choice && <BuySheet choice={choice} close={() => setChoice(undefined)} />}
      {sharing && group.share && <ShareSheet link={group.share} close={() => setSharing(false)} />}
    </div>
  );
}

function Progress({ group }: { group: It }) {
  const state = group.completedBy === 'MERCHANT' ? 'MERCHANT' : group.state;
  const fills = group.state === 'OPEN' || group.state === 'PENDING'; // seats of a group that has ended wait for nobody
  const free = fills ? Math.min(group.seatsLeft, FREE_SHOWN) : 0;
  return (
    <section class={`panel progress ${group.state}`} data-state={group.state}>
      <h2 role="status">{group.state === 'OPEN' ? lacking(group) : t.groupStates[state]}</h2>
      {group.state === 'OPEN' && group.expiresAt ? <p>{t.endsIn} <Countdown until={group.expiresAt} /></p> : <p>{t.groupEnds[state]}</p>}
      <progress max={group.capacity} value={group.paidSeats} aria-label={t.progress(group.paidSeats, group.capacity)} />
      <ul class="seats">
        {group.members.map(({ shopper, isLeader, paidAt }) => <li key={paidAt + shopper.id} class="seat"><Avatar of={shopper} size={48} /><small>{shopper.nickname}</small>{isLeader && <b>{t.leader}</b>}</li>)}
        {fills && Array.from({ length: group.heldSeats }, (_, i) => <li key={`h${i}`} class="seat held"><span class="avatar"><Icon name="clock" /></span><small>{t.held}</small></li>)}
        {Array.from({ length: free }, (_, i) => <li key={`f${i}`} class="seat free"><span class="avatar">?</span><small>{t.free}</small></li>)}
      </ul>
    </section>
  );
}

function Actions({ group, mine, choose, share }: { group: It; mine?: string; choose: (joins: boolean) => void; share: () => void }) {
  const seat = group.viewerSeat;
  const inside = seat && ['HELD', 'PAID', 'CONFIRMED'].includes(seat.state); // who took the money back may come again
  const leads = group.leader?.id === mine;
  return (
    <div class="actions">
      {!inside && group.state === 'OPEN' && !group.viewerRefusal && <button class="primary wide" onClick={() => choose(true)}>{t.joinGroup}</button>}
      {!inside && group.state === 'OPEN' && group.viewerRefusal && <p class="note">{(t.codes as Record<string, string>)[group.viewerRefusal] ?? group.viewerRefusal}</p>}
      {inside && group.state === 'OPEN' && group.share && <button class="primary wide" onClick={share}>{leads ? t.inviteNow : t.invite}</button>}
      {group.state !== 'OPEN' && group.state !== 'PENDING' && group.campaign.campaignState === 'OPEN' && <button class="primary wide" onClick={() => choose(false)}>{inside ? t.again : t.openGroup}</button>}
      {seat && seat.state !== 'RELEASED' && <a class="button ghost wide" href={href('order', seat.order.id)}>{t.myOrder}</a>}
    </div>
  );
}
