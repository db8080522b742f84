import '../style/live.css';
import { LiveRoomDocument, LiveRoomEventsDocument, likes, type LiveRoomQuery } from '@kaituan/client';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { client, signedIn, useQuery, useSubscription } from '../api';
import { take, withComments, type Room, type RoomEvent } from '../room';
import { Comments, type Own } from '../ui/comments';
import { Deals } from '../ui/deals';
import { Hearts } from '../ui/hearts';
import { Icon } from '../ui/icons';
import { Avatar, Picture } from '../ui/picture';
import { Questions } from '../ui/questions';
import { Shelf } from '../ui/shelf';
import { ShareSheet } from '../ui/share';
import { Empty, Failed, Skeleton } from '../ui/skeleton';
import { Following } from '../ui/status';
import { t } from '../words';

type First = NonNullable<LiveRoomQuery['liveRoom']>;

export function Live({ id }: { id: string; params: URLSearchParams }) {
  const { data, error, reload } = useQuery(LiveRoomDocument, { id });
  // The stream tells what happens from here on; another answer of the query would only be the same a moment later.
  const first = useRef<LiveRoomQuery>();
  first.current ??= data;
  if (!first.current) return error ? <Failed error={error} again={reload} /> : <Skeleton rows={6} />;
  const { liveRoom } = first.current;
  return liveRoom ? <Stage first={liveRoom} mine={data} reload={reload} /> : <Empty text={t.noRoom} href="#/" link={t.goShopping} />;
}

const NOTICE = 4000; // milliseconds that an order, or what was caught up, is shown

function Stage({ first, mine, reload }: { first: First; mine?: LiveRoomQuery; reload: () => Promise<void> }) {
  const [room, setRoom] = useState<Room>(first);
  const [notice, setNotice] = useState('');
  const [held, setHeld] = useState<Own[]>([]);
  const [questions, setQuestions] = useState(first.questions.nodes);
  const [sheet, setSheet] = useState<'shelf' | 'questions' | 'share'>();
  const [hearts, setHearts] = useState(0);

  function heard(event: RoomEvent) {
    setRoom((was) => take(was, event));
    if (event.__typename === 'LiveOrderPlaced') setNotice(t.bought(event.buyer.nickname, event.quantity, event.product.title));
    if (event.__typename === 'LiveQuestionChanged') {
      const told = event.question;
      setQuestions((was) => (was.some((each) => each.id === told.id) ? was.map((each) => (each.id === told.id ? { ...each, ...told } : each)) : [...was, { ...told, viewerUpvoted: false }]));
    }
  }
  const status = useSubscription(LiveRoomEventsDocument, { roomId: first.id, after: first.cursor }, ({ liveRoomEvents }) => heard(liveRoomEvents));
  useEffect(() => { if (status.caughtUp) setNotice(t.caughtUp(status.caughtUp)); }, [status.caughtUp]);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(''), NOTICE);
    return () => clearTimeout(timer);
  }, [notice]);

  const tap = useMemo(() => likes(client, first.id, (likeCount) => setRoom((was) => ({ ...was, likeCount: Math.max(was.likeCount, likeCount) }))), [first.id]);
  const like = async () => {
    setHearts((n) => n + 1);
    await signedIn().catch(() => {});
    tap();
  };
  const product = room.pinned?.product ?? room.shelf[0];
  const cover = room.coverUrl ?? product?.media[0]?.url;
  return (
    <div class={`live-room ${room.state}`} data-state={room.state}>
      {cover && <img class="backdrop" src={cover} alt="" />}
      {room.playbackUrl && <video class="video" src={room.playbackUrl} autoplay muted playsInline />}
      {!room.playbackUrl && product && <Picture of={product.media[0]} class="on-stage" lazy={false} />}
      <header class="live-head">
        <button class="plain" onClick={() => (history.length > 1 ? history.back() : (location.hash = '#/'))} aria-label={t.back}><Icon name="back" size={24} /></button>
        <span class="host"><Avatar of={room.host} size={36} /><span><h1>{room.title}</h1><small>{room.host.nickname} · {t.watching(room.viewerCount)} · {t.likes(room.likeCount)}</small></span></span>
        <b class={`on-air ${room.state}`}>{t.roomStates[room.state]}</b>
        <button class="plain" onClick={() => setSheet('share')} aria-label={t.share}><Icon name="share" size={22} /></button>
      </header>
      <div class="live-notes"><Following status={status} /><p class="live-notice" role="status">{notice}</p></div>
      <div class="live-lower">
        <Deals room={room} claims={mine?.liveRoom ?? first} set={setRoom} reload={reload} />
        <Comments room={room} held={held} hold={(comment) => setHeld([...held, comment])} sent={(comment) => setRoom((was) => withComments(was, [comment]))} mutedUntil={mine?.liveRoom?.viewerMutedUntil ?? null}>
          <button type="button" class="round" onClick={() => setSheet('shelf')} aria-label={t.shelfN(room.shelf.length)}><Icon name="bag" size={22} /><b class="badge" aria-hidden="true">{room.shelf.length}</b></button>
          <button type="button" class="round" onClick={() => setSheet('questions')} aria-label={t.questions}>?</button>
          <button type="button" class="round heart" onClick={like} aria-label={t.like}><Icon name="heart" size={22} filled /></button>
        </Comments>
      </div>
      <Hearts own={hearts} total={room.likeCount} />
      {sheet === 'shelf' && <Shelf room={room} close={() => setSheet(undefined)} />}
      {sheet === 'questions' && <Questions roomId={room.id} list={questions} set={setQuestions} close={() => setSheet(undefined)} />}
      {sheet === 'share' && first.share && <ShareSheet link={first.share} close={() => setSheet(undefined)} />}
    </div>
  );
}
