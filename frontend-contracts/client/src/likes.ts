import type { Client } from './client.js';
import { LiveLikeDocument } from './generated/documents.js';
import { later } from './time.js';

const MOST = 50; // that one mutation may carry

/**
 * Counts taps on a room's heart and sends them together, once a second at most. Returns what a tap calls; `counted` is told the room's total. Taps that the server refused
 * are dropped, since nobody misses them.
 */
export function likes(client: Client, roomId: string, counted?: (likeCount: number) => void): () => void {
  let taps = 0;
  let waiting = false;

  function send(): void {
    waiting = false;
    if (!taps) return;
    const count = Math.min(taps, MOST);
    taps -= count;
    wait();
    client.mutate(LiveLikeDocument, { input: { roomId, count, clientId: client.key() } }).then(
      ({ liveLike: { likeCount, userErrors } }) => counted && !userErrors.length && counted(likeCount),
      () => undefined,
    );
  }

  function wait(): void {
    waiting = true;
    later(1000, send);
  }

  return () => {
    taps++;
    if (!waiting) wait();
  };
}
