import { LiveCommentDocument } from '@kaituan/client';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { client, done, reason, Refused, signedIn } from '../api';
import { useSecondsLeft, serverNow } from '../clock';
import type { Room } from '../room';
import { t } from '../words';
import { Icon } from './icons';
import { toast } from './toast';

/** A comment that waits for review: only its author sees it. */
export type Own = Room['comments']['nodes'][number];

/** What was said, the newest last, and a way to say something. */
export function Comments({ room, held, hold, sent, mutedUntil, children }: { room: Room; held: Own[]; hold: (comment: Own) => void; sent: (comment: Own) => void; mutedUntil: string | null; children: ComponentChildren }) {
  const list = useRef<HTMLOListElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [until, setUntil] = useState(mutedUntil);
  const wait = useSecondsLeft(until);
  const draft = useRef({ text: '', clientId: '' }); // the same words are one comment, however often they are sent
  const all = [...room.comments.nodes, ...held].sort((a, b) => (a.at < b.at ? -1 : 1));
  const stick = useRef(true);
  useEffect(() => { if (stick.current) list.current!.scrollTop = list.current!.scrollHeight; }, [all.length]);

  async function say(event: SubmitEvent) {
    event.preventDefault();
    const text = input.current!.value.trim();
    if (!text || wait) return input.current!.focus();
    if (draft.current.text !== text) draft.current = { text, clientId: client.key() };
    try {
      await signedIn();
      const { comment, held: waits } = done((await client.mutate(LiveCommentDocument, { input: { roomId: room.id, ...draft.current } })).liveCommentSend);
      draft.current = { text: '', clientId: '' };
      input.current!.value = '';
      if (comment && waits) {
        hold(comment);
        toast(t.heldComment);
      } else if (comment) sent(comment);
    } catch (error) {
      if (error instanceof Refused && error.retryAfterSeconds) setUntil(new Date(serverNow() + error.retryAfterSeconds * 1000).toISOString());
      toast(reason(error));
    }
    input.current?.focus();
  }
  return (
    <>
      <ol ref={list} class="comments" role="log" aria-label={t.comments} tabIndex={0} onScroll={({ currentTarget: it }) => { stick.current = it.scrollHeight - it.scrollTop - it.clientHeight < 40; }}>
        {all.map((comment) => (
          <li key={comment.id} data-id={comment.id} class={comment.role}>
            {t.roles[comment.role] && <i>{t.roles[comment.role]}</i>}<b>{comment.author.nickname}</b> {comment.text}{held.includes(comment) && <em>{t.heldComment}</em>}
          </li>
        ))}
      </ol>
      <form class="say" onSubmit={say}>
        <input ref={input} maxLength={200} autocomplete="off" aria-label={t.say} placeholder={wait ? t.waitSay(wait) : room.slowModeSeconds ? t.slow(room.slowModeSeconds) : t.say} />
        <button class="round send" aria-label={t.send} aria-disabled={wait > 0}><Icon name="send" /></button>
        {children}
      </form>
    </>
  );
}
