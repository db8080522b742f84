import { HomeDocument, HomeFeedDocument, type FeedPageFragment } from '@kaituan/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { client, device, reason, useQuery } from '../api';
import { heard } from '../clock';
import { lacking } from '../group';
import { href } from '../router';
import { AssistCard, CampaignCard, ProductCard, RoomCard } from '../ui/cards';
import { Countdown } from '../ui/countdown';
import { Icon } from '../ui/icons';
import { Picture } from '../ui/picture';
import { Price } from '../ui/price';
import { Failed } from '../ui/skeleton';
import { countCart } from '../ui/tabs';
import { switchLanguage, t } from '../words';

type Edge = FeedPageFragment['edges'][number];

const EAGER = 4; // cards that a phone shows at once

export function FeedCard({ edge, lazy }: { edge: Edge; lazy: boolean }) {
  switch (edge.node.__typename) {
    case 'Product': return <ProductCard product={edge.node} reason={edge.reason} lazy={lazy} />;
    case 'GroupBuyCampaign': return <CampaignCard campaign={edge.node} reason={edge.reason} lazy={lazy} />;
    default: return <AssistCard campaign={edge.node} reason={edge.reason} lazy={lazy} />;
  }
}

// The pages behind the first one, kept so that coming back from a product finds the feed as it was.
let kept: { first: FeedPageFragment; edges: Edge[]; pageInfo: FeedPageFragment['pageInfo'] } | undefined;

function Feed({ first }: { first: FeedPageFragment }) {
  if (kept?.first !== first) kept = { first, edges: first.edges, pageInfo: first.pageInfo };
  const [, render] = useState({});
  const [failed, setFailed] = useState<unknown>();
  const foot = useRef<HTMLDivElement>(null);
  const loading = useRef(false);

  async function more() {
    const mine = kept!;
    if (loading.current || !mine.pageInfo.hasNextPage) return;
    loading.current = true;
    setFailed(undefined);
    try {
      const { feed, serverTime } = await client.query(HomeFeedDocument, { after: mine.pageInfo.endCursor!, deviceId: device });
      heard(serverTime);
      if (kept === mine) kept = { first, edges: [...mine.edges, ...feed.edges], pageInfo: feed.pageInfo };
    } catch (error) {
      setFailed(error); // only the shopper tries again, not the scrolling
    }
    loading.current = false;
    render({});
  }
  useEffect(() => {
    const watcher = new IntersectionObserver(([entry]) => { if (entry.isIntersecting && !failed) more(); }, { rootMargin: '800px' });
    watcher.observe(foot.current!);
    return () => watcher.disconnect();
  }, [first, failed, kept.edges.length]);

  return (
    <section aria-labelledby="for-you">
      <h2 id="for-you" class="section">{t.forYou}</h2>
      <div class="grid" role="feed" aria-busy={loading.current}>{kept.edges.map((edge, i) => <FeedCard key={edge.cursor} edge={edge} lazy={i >= EAGER} />)}</div>
      <div class="foot" ref={foot}>
        {failed ? <p role="alert">{reason(failed)}</p> : null}
        {kept.pageInfo.hasNextPage ? <button class="ghost" onClick={more}>{failed ? t.retry : t.more}</button> : t.end}
      </div>
    </section>
  );
}

const Top = () => (
  <header class="top">
    <h1 class="hidden">{t.brand}</h1>
    <a class="brand" href="#/"><b>{t.brand}</b><small>{t.tagline}</small></a>
    <a class="search-link" href="#/search"><Icon name="search" size={18} />{t.searchHint}</a>
    <button class="plain language" onClick={switchLanguage} lang={t.language === 'English' ? 'en' : 'zh-CN'}>{t.language === 'English' ? 'EN' : '中'}<span class="hidden"> {t.language}</span></button>
  </header>
);

export function Home() {
  const { data, error, reload } = useQuery(HomeDocument, { deviceId: device }, { keep: true });
  useEffect(() => countCart(data?.me?.cart), [data]);
  if (!data) return <><Top />{error ? <Failed error={error} again={reload} /> : <div class="grid waiting" role="status" aria-label={t.loading}>{Array.from({ length: 6 }, (_, i) => <div key={i} class="card ghost-card"><span class="picture" /><i /><i /></div>)}</div>}</>;
  return (
    <>
      <Top />
      <nav class="chips" aria-label={t.departments}>{data.categories.map(({ id, name }) => <a key={id} href={href('search', '', { category: id })}>{name}</a>)}</nav>
      {data.liveRooms.nodes.length > 0 && (
        <section class="rooms" aria-label={t.liveNow}>{data.liveRooms.nodes.map((room) => <RoomCard key={room.id} room={room} />)}</section>
      )}
      {data.groupBuyCampaigns.nodes.length > 0 && (
        <section class="strip panel" aria-labelledby="groups-now">
          <h2 id="groups-now"><Icon name="people" /> {t.groupsNow}</h2>
          <ul class="scroll">{data.groupBuyCampaigns.nodes.map((campaign) => (
            <li key={campaign.id}><a class="mini" href={href('product', campaign.product.id, { campaign: campaign.id })}>
              <Picture of={campaign.product.media[0]} lazy={false} /><b class="size">{t.people(campaign.size)}</b>
              <span class="mini-title">{campaign.title}</span>{campaign.offers[0] && <Price of={campaign.offers[0].price} />}
              {campaign.openGroups.nodes.slice(0, 1).map((group) => <small class="mini-open" key={group.id}>{lacking(group)} {group.expiresAt && <Countdown until={group.expiresAt} />}</small>)}
            </a></li>
          ))}</ul>
        </section>
      )}
      {data.assistCampaigns.nodes.length > 0 && (
        <section class="strip helps" aria-labelledby="helps-now">
          <h2 id="helps-now"><Icon name="gift" /> {t.helpsNow}</h2>
          <ul class="scroll">{data.assistCampaigns.nodes.map((campaign) => (
            <li key={campaign.id}><a class="help-chip" href={href('invite', '', { campaign: campaign.id })}><b>{t.helpKinds[campaign.kind]}</b><span>{campaign.title}</span></a></li>
          ))}</ul>
        </section>
      )}
      <Feed first={data.feed} />
    </>
  );
}
