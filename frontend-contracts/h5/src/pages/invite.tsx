import '../style/member.css';
import { AssistStartDocument, CommissionWithdrawDocument, InviteDocument, type InviteQuery } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { client, done, useQuery } from '../api';
import { go, href } from '../router';
import { Bar } from '../ui/bar';
import { Act } from '../ui/button';
import { giftOf } from '../ui/cards';
import { Icon } from '../ui/icons';
import { Avatar } from '../ui/picture';
import { money, Price } from '../ui/price';
import { copy, ShareSheet, type ShareLink } from '../ui/share';
import { Failed, Skeleton } from '../ui/skeleton';
import { toast } from '../ui/toast';
import { day, t } from '../words';

type Referral = NonNullable<InviteQuery['me']>['referral'];

export function Invite({ params }: { id: string; params: URLSearchParams }) {
  const { data, error, reload } = useQuery(InviteDocument, {}, { mine: true });
  const [sharing, setSharing] = useState<ShareLink>();
  const wanted = params.get('campaign');
  useEffect(() => { if (data && wanted) document.getElementById(wanted)?.scrollIntoView({ block: 'center' }); }, [Boolean(data), wanted]);
  if (!data?.me) return <><Bar title={t.inviteTitle} />{error ? <Failed error={error} again={reload} /> : <Skeleton rows={6} />}</>;
  const { referral, assists } = data.me;
  const own = { title: t.myCode, url: `${location.origin}/s/${referral.code}`, posterUrl: `${location.origin}/posters/${referral.code}.png` };
  return (
    <div class="invite-page">
      <Bar title={t.inviteTitle} />
      <section class="invite-hero">
        <p>{t.windowDays(data.referralProgram.windowDays)}</p>
        <small>{t.myCode}</small><output>{referral.code}</output>
        <div class="actions"><button class="primary" onClick={() => copy(own.url)}>{t.copyLink}</button><button class="ghost" onClick={() => setSharing(own)}>{t.poster}</button></div>
        <small>{t.promoterTiers[referral.tier]} · {t.credit(referral.creditScore)}</small>
      </section>
      <Commission referral={referral} reload={reload} />
      <section class="panel" aria-labelledby="helps">
        <h2 id="helps"><Icon name="gift" /> {t.helpsNow}</h2>
        <ul class="lines">
          {assists.nodes.map((assist) => <li key={assist.id}><a class="line-link" href={href('assist', assist.id)}><b>{t.helpStates[assist.state]}</b><span>{assist.campaign.title}<small>{t.helped(assist.progress, assist.goal)}</small></span><Icon name="next" size={16} /></a></li>)}
          {data.assistCampaigns.nodes.map((campaign) => (
            <li key={campaign.id} id={campaign.id} class={campaign.id === wanted ? 'wanted' : ''}><b class="kind">{t.helpKinds[campaign.kind]}</b><span>{campaign.title}<small>{giftOf(campaign)} · {t.helpers(campaign.goal)}</small></span>
              <Act class="primary small" label={`${t.askHelp} ${campaign.title}`} run={async () => {
                const { assist } = done((await client.keyed(`assist:${campaign.id}`, (key) => client.mutate(AssistStartDocument, { input: { campaignId: campaign.id, idempotencyKey: key } }))).assistStart);
                go(href('assist', assist!.id));
              }}>{t.askHelp}</Act></li>
          ))}
        </ul>
      </section>
      <Friends referral={referral} share={setSharing} />
      <section class="panel"><h2><Icon name="check" /> {t.leaderboard}</h2>
        {data.promoterLeaderboard.length === 0 && <p class="note">{t.empty}</p>}
        <ol class="people">{data.promoterLeaderboard.map(({ rank, promoter, tier, orders }, i) => <li key={i}><b class="rank">{rank}</b><Avatar of={promoter} /><span>{promoter.nickname}<small>{t.promoterTiers[tier]}</small></span><small>{t.ordersN(orders)}</small></li>)}</ol>
      </section>
      {sharing && <ShareSheet link={sharing} close={() => setSharing(undefined)} />}
    </div>
  );
}

function Commission({ referral: { commission, commissions, withdrawals }, reload }: { referral: Referral; reload: () => Promise<void> }) {
  const [amount, setAmount] = useState(commission.available.amount);
  async function withdraw() {
    done((await client.keyed(`withdraw:${amount}`, (key) => client.mutate(CommissionWithdrawDocument, { input: { idempotencyKey: key, amount } }))).commissionWithdraw);
    toast(t.withdrawSent);
    await reload();
  }
  return (
    <section class="panel">
      <h2><Icon name="ticket" /> {t.commission}</h2>
      <dl class="figures">
        <div><dt>{t.available}</dt><dd><Price of={commission.available} class="large" /></dd></div><div><dt>{t.pending}</dt><dd>{money(commission.pending)}</dd></div><div><dt>{t.inPayout}</dt><dd>{money(commission.inPayout)}</dd></div><div><dt>{t.withdrawn}</dt><dd>{money(commission.withdrawn)}</dd></div>
        {Number(commission.debt.amount) > 0 && <div><dt>{t.commissionDebt}</dt><dd>{money(commission.debt)}</dd></div>}
      </dl>
      <div class="row"><label>{t.withdrawAmount} <input class="amount" value={amount} inputMode="decimal" onInput={(event) => setAmount(event.currentTarget.value)} /></label><Act class="primary small" run={withdraw} disabled={!Number(commission.available.amount)}>{t.withdraw}</Act></div>
      <ul class="lines">
        {withdrawals.nodes.map((each) => <li key={each.id}><span>{t.withdraw} {money(each.amount)}<small>{day(each.requestedAt)}</small></span><small>{t.withdrawalStates[each.state]}</small></li>)}
        {commissions.nodes.map((each) => <li key={each.id}><span>{each.lineTitle}<small>{day(each.earnedAt)} · {each.orderNumberMasked}</small></span><span><b>+{money(each.amount)}</b><small>{t.commissionStates[each.state]}</small></span></li>)}
      </ul>
    </section>
  );
}

function Friends({ referral: { invitees, shareLinks }, share }: { referral: Referral; share: (link: ShareLink) => void }) {
  return (
    <>
      <section class="panel"><h2><Icon name="people" /> {t.invitees}{invitees.totalCount ? <small> {t.inviteesN(invitees.totalCount)}</small> : null}</h2>
        {invitees.nodes.length === 0 && <p class="note">{t.nobodyInvited}</p>}
        <ul class="people">{invitees.nodes.map(({ shopper, boundAt, paidOrders }) => <li key={shopper.id}><Avatar of={shopper} /><span>{shopper.nickname}<small>{day(boundAt)}</small></span><small>{t.ordersN(paidOrders)}</small></li>)}</ul>
      </section>
      <section class="panel"><h2><Icon name="share" /> {t.links}</h2>
        {shareLinks.nodes.length === 0 && <p class="note">{t.noLinks}</p>}
        <ul class="lines">{shareLinks.nodes.map((link) => <li key={link.token}><span>{link.title || link.url}<small>{t.visits(link.visits ?? 0)} · {t.ordersN(link.orders ?? 0)}{link.earned && ` · ${money(link.earned)}`}</small></span><button class="ghost small" onClick={() => share(link)} aria-label={`${t.share} ${link.title}`}>{t.share}</button></li>)}</ul>
      </section>
    </>
  );
}
