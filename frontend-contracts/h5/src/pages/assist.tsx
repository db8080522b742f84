import '../style/product.css';
import { AssistDocument, AssistHelpDocument, AssistUpdatedDocument } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { client, device, done, signedIn, useQuery, useSubscription } from '../api';
import { checkOut } from '../checkout';
import { href } from '../router';
import { Bar } from '../ui/bar';
import { Act } from '../ui/button';
import { giftOf } from '../ui/cards';
import { Countdown } from '../ui/countdown';
import { Icon } from '../ui/icons';
import { Avatar, Picture } from '../ui/picture';
import { money, Price, Was } from '../ui/price';
import { ShareSheet } from '../ui/share';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { Following } from '../ui/status';
import { toast } from '../ui/toast';
import { t } from '../words';

export function Assist({ id }: { id: string; params: URLSearchParams }) {
  const { data, error, reload, set } = useQuery(AssistDocument, { id });
  const [sharing, setSharing] = useState(false);
  const assist = data?.assist;
  const status = useSubscription(AssistUpdatedDocument, assist ? { id } : null, ({ assistUpdated: { helpers: _, ...now } }) => {
    if (!assist || now.version <= assist.version) return;
    set((was) => ({ ...was, assist: { ...was.assist!, ...now } }));
    reload();
  });
  if (!data) return <><Bar title={t.help} />{error ? <Failed error={error} again={reload} /> : <Skeleton />}</>;
  if (!assist) return <><Bar title={t.help} /><Empty text={t.noAssist} href="#/" link={t.goShopping} /></>;
  const { campaign } = assist;
  const mine = assist.viewerRefusal === 'SELF_REFERRAL';
  const sku = campaign.prizeSku;
  async function help() {
    await signedIn();
    done((await client.mutate(AssistHelpDocument, { input: { assistId: id, deviceId: device } })).assistHelp);
    toast(t.thanks);
    await reload();
  }
  return (
    <div class="assist-page">
      <Bar title={campaign.title}>{assist.share && <button class="plain" onClick={() => setSharing(true)} aria-label={t.share}><Icon name="share" /></button>}</Bar>
      <section class="panel progress" data-state={assist.state}>
        <p class="owner"><Avatar of={assist.owner} size={44} /> {t.ownerAsks(assist.owner.nickname)}</p>
        {sku && <Picture of={sku.media ?? sku.product.media[0]} class="prize" />}
        <h2>{campaign.title}</h2>
        <p class="tags"><i>{t.helpKinds[campaign.kind]}</i><i class="hot">{giftOf(campaign)}</i></p>
        {assist.priceNow && <p class="hero-price">{t.priceNow} <Price of={assist.priceNow} class="huge" />{sku?.price.sale && <Was of={sku.price.sale} label={t.was} />}</p>}
        <progress max={assist.goal} value={assist.progress} aria-label={t.helped(assist.progress, assist.goal)} />
        <p role="status">{t.helped(assist.progress, assist.goal)}{assist.state !== 'OPEN' && ` · ${t.helpStates[assist.state]}`}</p>
        {assist.state === 'OPEN' && <p>{t.helpSeconds} <Countdown until={assist.expiresAt} done={reload} /></p>}
        {assist.winners.length > 0 && <p class="won">{t.winners} {assist.winners.map((winner) => winner.nickname).join(', ')}</p>}
        {campaign.donatedTotal && <p>{money(campaign.donatedTotal)}</p>}
        <Following status={status} />
      </section>
      <div class="actions">
        {assist.state === 'OPEN' && !mine && (assist.viewerRefusal
          ? <p class="note">{(t.codes as Record<string, string>)[assist.viewerRefusal] ?? assist.viewerRefusal}</p>
          : <Act class="primary wide" run={help}>{t.helpNow}</Act>)}
        {mine && assist.state === 'OPEN' && assist.share && <button class="primary wide" onClick={() => setSharing(true)}>{t.askMore}</button>}
        {mine && assist.state === 'REACHED' && assist.priceNow && <button class="primary wide" onClick={() => checkOut({ assistId: id })}>{t.buyAt(money(assist.priceNow))}</button>}
        {!mine && <a class="button ghost wide" href={href('invite', '', { campaign: campaign.id })}>{t.startOwn}</a>}
      </div>
      <section class="panel">
        <h2>{t.helpedList}</h2>
        {assist.helpers.nodes.length === 0 && <p class="note">{t.nobodyYet}</p>}
        <ul class="people">{assist.helpers.nodes.map(({ at, helper, cut, tickets }) => (
          <li key={at}><Avatar of={helper} /><span>{helper.nickname}</span><small>{cut && t.cut(money(cut))}{tickets !== null && t.tickets(tickets)}</small></li>
        ))}</ul>
      </section>
      {sharing && assist.share && <ShareSheet link={assist.share} close={() => setSharing(false)} />}
    </div>
  );
}
