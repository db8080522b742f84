import type { HostConsoleQuery, LiveRoomEventsSubscription } from '@kaituan/client';

export type Room = NonNullable<HostConsoleQuery['liveRoom']>;
type Event = LiveRoomEventsSubscription['liveRoomEvents'];

/** So many comments are kept on the page. */
const KEPT = 200;

/** The room after an event. */
export function after(room: Room, event: Event): Room {
  switch (event.__typename) {
    case 'LiveReset': return { ...room, ...event.room };
    case 'LiveTick':
      return { ...room, viewerCount: event.viewerCount, likeCount: event.likeCount, comments: { ...room.comments, nodes: [...room.comments.nodes, ...event.comments].slice(-KEPT) } };
    case 'LiveStateChanged': return { ...room, state: event.state };
    case 'LivePinChanged': return { ...room, pinned: event.pinned };
    case 'LiveShelfChanged': return { ...room, shelf: event.shelf };
    case 'LiveOfferChanged': return { ...room, offers: put(room.offers, event.offer, event.offer.offerState === 'ENDED') };
    case 'LiveCouponDropChanged': return { ...room, drops: put(room.drops, event.drop, event.drop.left === 0 || Date.parse(event.drop.endsAt) <= Date.parse(event.at)) };
    case 'LiveLotteryChanged': return { ...room, lottery: event.lottery };
    case 'LiveCommentHidden': return { ...room, comments: { ...room.comments, nodes: room.comments.nodes.filter(({ id }) => id !== event.commentId) } };
    case 'LiveSlowModeChanged': return { ...room, slowModeSeconds: event.seconds };
    case 'LiveQuestionChanged': return { ...room, questions: { ...room.questions, nodes: put(room.questions.nodes, event.question, false) } };
    default: return room;
  }
}

/** The list with the one that changed in its place, in front when it is new, and without it when it is over. */
function put<T extends { id: string }>(list: T[], changed: T, over: boolean): T[] {
  if (over) return list.filter(({ id }) => id !== changed.id);
  return list.some(({ id }) => id === changed.id) ? list.map((one) => (one.id === changed.id ? changed : one)) : [changed, ...list];
}
