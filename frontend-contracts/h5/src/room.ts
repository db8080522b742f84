import type { LiveRoomEventsSubscription, RoomStateFragment } from '@kaituan/client';

export type Room = RoomStateFragment;
export type RoomEvent = LiveRoomEventsSubscription['liveRoomEvents'];

const COMMENTS_KEPT = 100;

/** What takes the place of the thing with its id, or comes first; without it when it cannot be had any more. */
const changed = <T extends { id: string }>(list: T[], thing: T, there: boolean): T[] => {
  const others = list.filter(({ id }) => id !== thing.id);
  if (!there) return others;
  return others.length < list.length ? list.map((each) => (each.id === thing.id ? thing : each)) : [thing, ...list];
};

export function withComments(room: Room, comments: Room['comments']['nodes']): Room {
  const known = new Set(room.comments.nodes.map(({ id }) => id));
  const nodes = [...room.comments.nodes, ...comments.filter(({ id }) => !known.has(id))].slice(-COMMENTS_KEPT);
  return { ...room, comments: { nodes } };
}

/** The room after an event. What does not change it is told elsewhere. */
export function take(room: Room, event: RoomEvent): Room {
  switch (event.__typename) {
    case 'LiveReset': return event.room; // without what was hidden meanwhile
    case 'LiveTick': return withComments({ ...room, viewerCount: event.viewerCount, likeCount: event.likeCount }, event.comments);
    case 'LiveStateChanged': return { ...room, state: event.state };
    case 'LivePinChanged': return { ...room, pinned: event.pinned };
    case 'LiveShelfChanged': return { ...room, shelf: event.shelf };
    case 'LiveOfferChanged': return { ...room, offers: changed(room.offers, event.offer, event.offer.offerState !== 'ENDED') };
    case 'LiveCouponDropChanged': return { ...room, drops: changed(room.drops, event.drop, event.drop.left > 0) };
    case 'LiveLotteryChanged': return { ...room, lottery: event.lottery };
    case 'LiveCommentHidden': return { ...room, comments: { nodes: room.comments.nodes.filter(({ id }) => id !== event.commentId) } };
    case 'LiveSlowModeChanged': return { ...room, slowModeSeconds: event.seconds };
    default: return room;
  }
}
