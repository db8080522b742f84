import '../style/member.css';
import { CheckInDocument, CouponClaimDocument, MemberCodeDocument, MemberDocument, PointsChangedDocument, StatementDocument, type MemberQuery } from '@kaituan/client';
import { useEffect, useState } from 'preact/hooks';
import { client, done, useQuery, useSubscription, who } from '../api';
import { heard, useSecondsLeft } from '../clock';
import { Bars } from '../ui/bars';
import { Act } from '../ui/button';
import { Ticket } from '../ui/coupon';
import { Icon } from '../ui/icons';
import { Avatar } from '../ui/picture';
import { Privacy } from '../ui/privacy';
import { SignIn } from '../ui/signin';
import { Failed, Skeleton } from '../ui/skeleton';
import { toast } from '../ui/toast';
import { day, switchLanguage, t, when } from '../words';

type Me = NonNullable<MemberQuery['me']>;

export function Member(_: { id: string; params: URLSearchParams }) {
  const { data, error, reload, set } = useQuery(MemberDocument, {}, { mine: true });
  const [changing, setChanging] = useState(false);
  const shopper = who.use();
  const me = data?.me;
  const setMe = (change: (me: Me) => Me) => set((was) => (was.me ? { ...was, me: change(was.me) } : was));
  useSubscription(PointsChangedDocument, me && shopper ? {} : null, ({ pointsChanged: now }) => setMe((was) => {
    if (now.version <= was.points.version) return was;
    const known = new Set(was.points.entries.nodes.map(({ id }) => id));
    return { ...was, points: { ...now, entries: { ...was.points.entries, nodes: [...now.entries.nodes.filter(({ id }) => !known.has(id)), ...was.points.entries.nodes] } } };
  }));
  if (!me) return <>{error ? <><Failed error={error} again={reload} /><div class="actions"><button class="primary" onClick={() => setChanging(true)}>{t.signIn}</button></div></> : <Skeleton rows={6} />}{changing && <SignIn close={() => setChanging(false)} />}</>;
  return (
    <div class="member-page">
      <header class="me-head">
        <Avatar of={me} size={52} />
        <h1>{me.nickname}<small>{me.phoneMasked}</small></h1>
        <button class="ghost small" onClick={() => setChanging(true)}>{t.switchUser}</button>
        <button class="ghost small" onClick={switchLanguage} lang={t.language === 'English' ? 'en' : 'zh-CN'}>{t.language}</button>
      </header>
      <Account points={me.points} reload={reload} />
      <nav class="panel links">
        <a href="#/orders"><Icon name="orders" />{t.orders}</a><a href="#/invite"><Icon name="people" />{t.toInvite}</a><a href="#/cart"><Icon name="cart" />{t.cart}</a><a href="/graphiql"><Icon name="code" />GraphiQL</a>
      </nav>
      <Code first={me.memberCode} />
      <Coupons me={me} templates={data.couponTemplates.nodes} reload={reload} />
      <Statement entries={me.points.entries} />
      <Privacy consents={me.consents} reload={reload} />
      {changing && <SignIn close={() => setChanging(false)} />}
    </div>
  );
}

function Account({ points: { available, held, debt, nextExpiry, tier, tierProgress, checkIn }, reload }: { points: Me['points']; reload: () => Promise<void> }) {
  const { points, next, pointsToNext, keepUntil } = tierProgress;
  async function visit() {
    const { earned } = done((await client.mutate(CheckInDocument)).checkIn);
    toast(t.earned(earned));
    await reload();
  }
  return (
    <section class="account" data-rank={tier.rank} aria-label={t.member}>
      <div class="row"><b class="tier">{tier.name}</b>{tier.benefits.length > 0 && <small>{tier.benefits.join(' · ')}</small>}</div>
      <div class="row balance"><p><small>{t.balance}</small><b role="status">{available}</b></p><Act class="check-in" run={visit} disabled={checkIn.doneToday}>{checkIn.doneToday ? t.checkedIn : t.checkIn}</Act></div>
      {checkIn.streakDays > 0 && <small>{t.streak(checkIn.streakDays)}</small>}
      {next && <progress max={next.threshold} value={points} aria-label={t.tierProgress} />}
      <small>{next ? t.toNext(pointsToNext!, next.name) : t.topTier}{keepUntil && ` · ${t.keepUntil(day(keepUntil))}`}</small>
      {held > 0 && <small>{t.heldPoints(held)}</small>}{debt > 0 && <small>{t.debt(debt)}</small>}{nextExpiry && <small>{t.expires(nextExpiry.points, day(nextExpiry.at))}</small>}
    </section>
  );
}

/** The member's code for a till, each for as long as it is good. */
function Code({ first }: { first: Me['memberCode'] }) {
  const [code, setCode] = useState(first);
  const left = useSecondsLeft(code.validUntil);
  useEffect(() => setCode(first), [first]);
  useEffect(() => {
    if (left) return;
    let gone = false;
    // Not at once: the server's clock may be a moment behind.
    const timer = setTimeout(async () => {
      try {
        const { me, serverTime } = await client.query(MemberCodeDocument);
        heard(serverTime);
        if (!gone && me) setCode(me.memberCode);
      } catch { /* the next second asks again */ }
    }, 1000);
    return () => { gone = true; clearTimeout(timer); };
  }, [left, code]);
  return (
    <section class="panel code" aria-label={t.memberCode}>
      <h2><Icon name="ticket" /> {t.memberCode}</h2>
      <Bars digits={code.value} /><output>{code.value.replace(/(.{6})(?=.)/g, '$1 ')}</output><small>{t.codeRenews} · {left}s</small>
    </section>
  );
}

function Coupons({ me, templates, reload }: { me: Me; templates: MemberQuery['couponTemplates']['nodes']; reload: () => Promise<void> }) {
  const open = templates.filter(({ viewerClaimed, left }) => !viewerClaimed && left > 0);
  async function claim(templateId: string) {
    done((await client.mutate(CouponClaimDocument, { input: { templateId } })).couponClaim);
    toast(t.inWallet);
    await reload();
  }
  return (
    <>
      {open.length > 0 && <section class="panel"><h2><Icon name="gift" /> {t.claimable}</h2><ul class="tickets">{open.map((template) => <li key={template.id}><Ticket of={template} until={t.validDays(template.validDays)}><Act class="primary small" run={() => claim(template.id)} label={`${t.claim} ${template.title}`}>{t.claim}</Act></Ticket></li>)}</ul></section>}
      {me.coupons.nodes.length > 0 && <section class="panel"><h2><Icon name="ticket" /> {t.coupons}</h2><ul class="tickets">{me.coupons.nodes.map((coupon) => <li key={coupon.id}><Ticket of={coupon.template} until={t.validUntil(day(coupon.validUntil))} used={coupon.state !== 'USABLE'}><b class={`coupon-state ${coupon.state}`}>{t.couponStates[coupon.state]}</b></Ticket></li>)}</ul></section>}
    </>
  );
}

function Statement({ entries }: { entries: Me['points']['entries'] }) {
  const [older, setOlder] = useState<typeof entries[]>([]);
  const last = older.at(-1) ?? entries;
  const nodes = [entries, ...older].flatMap((page) => page.nodes);
  return (
    <section class="panel">
      <h2><Icon name="clock" /> {t.statement}</h2>
      {!nodes.length && <p class="note">{t.empty}</p>}
      <ol class="entries">{nodes.map(({ id, kind, points, balanceAfter, reason, reference, at }) => (
        <li key={id}><span><b>{reason}</b><small>{t.entryKinds[kind]} · {when(at)}{reference && ` · ${reference}`}</small></span><span class={points > 0 ? 'plus' : ''}><b>{points > 0 ? `+${points}` : points}</b><small>{t.after(balanceAfter)}</small></span></li>
      ))}</ol>
      {last.pageInfo.hasNextPage && <div class="foot"><Act class="ghost small" run={async () => { const { me } = await client.query(StatementDocument, { after: last.pageInfo.endCursor }); if (me) setOlder([...older, me.points.entries]); }}>{t.more}</Act></div>}
    </section>
  );
}
