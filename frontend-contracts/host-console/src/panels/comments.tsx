import {
  LiveCommentDocument, LiveCommentHideDocument, LiveCommentReviewDocument, LiveQuestionAnswerDocument, LiveSlowModeSetDocument, LiveStaffSetDocument, LiveViewerMuteDocument, type CommentLineFragment,
} from '@kaituan/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { toast } from '@h5/ui/toast';
import { act, client } from '../api';
import type { Room } from '../room';
import { t } from '../words';

const MUTED_SECONDS = 600;

export function Comments({ room, held, perMinute }: { room: Room; held: CommentLineFragment[]; perMinute: number }) {
  const list = useRef<HTMLUListElement>(null);
  const [text, setText] = useState('');
  const { nodes } = room.comments;
  const newest = nodes[nodes.length - 1]?.id;
  // Follows what is new, unless the host has scrolled up to read.
  useEffect(() => {
    const it = list.current;
    if (it && it.scrollHeight - it.scrollTop - it.clientHeight < 160) it.scrollTop = it.scrollHeight;
  }, [newest]);
  async function speak(event: Event) {
    event.preventDefault();
    const said = text.trim();
    if (said && await act(LiveCommentDocument, { input: { roomId: room.id, text: said, clientId: client.key() } })) setText('');
  }
  return (
    <section class="card comments" aria-label={t.comments}>
      <div class="between">
        <h2>{t.comments} <small>{perMinute} {t.perMinute}</small></h2>
        <label class="row slow">{t.slow}
          <select value={room.slowModeSeconds} onChange={(event) => act(LiveSlowModeSetDocument, { input: { roomId: room.id, seconds: Number(event.currentTarget.value) } })}>
            {[...new Set([0, 5, 15, 30, 60, room.slowModeSeconds])].map((seconds) => <option key={seconds} value={seconds}>{seconds ? `${seconds} s` : t.off}</option>)}
          </select>
        </label>
      </div>
      {held.length > 0 && <Held held={held} />}
      {!nodes.length && <p class="soft">{t.quiet}</p>}
      <ul ref={list} class="talk" tabIndex={0} aria-label={t.comments}>{nodes.map((comment) => <Line key={comment.id} room={room} comment={comment} />)}</ul>
      <Questions room={room} />
      {room.state === 'LIVE' && <form class="row" onSubmit={speak}><input class="grow" data-key="c" placeholder={`${t.say} (C)`} aria-label={t.say} maxLength={200} value={text} onInput={(event) => setText(event.currentTarget.value)} /><button class="primary">{t.send}</button></form>}
    </section>
  );
}

function Held({ held }: { held: CommentLineFragment[] }) {
  const review = (commentId: string, approve: boolean) => act(LiveCommentReviewDocument, { input: { commentId, approve } });
  return (
    <ul class="held" aria-label={t.held}>
      {held.map(({ id, author, text }) => (
        <li key={id} class="row"><p class="grow"><em class="tag">{t.held}</em> <b>{author.nickname}</b> {text}</p><button class="small" onClick={() => review(id, true)}>{t.approve}</button><button class="small" onClick={() => review(id, false)}>{t.reject}</button></li>
      ))}
    </ul>
  );
}

function Line({ room, comment: { id, author, role, text } }: { room: Room; comment: CommentLineFragment }) {
  const told = (done: unknown) => { if (done) toast(t.done); };
  const person = { roomId: room.id, publicShopperId: author.id };
  return (
    <li class="row line" data-id={id}>
      <p class="grow"><b class={role}>{author.nickname}{t.roles[role] && <i>{t.roles[role]}</i>}</b> {text}</p>
      <span class="does">
        <button class="small" onClick={() => act(LiveCommentHideDocument, { input: { roomId: room.id, commentId: id } })}>{t.hide}</button>
        {role === 'VIEWER' && <button class="small mute" onClick={() => act(LiveViewerMuteDocument, { input: { ...person, seconds: MUTED_SECONDS } }).then(told)}>{t.mute}</button>}
        {role === 'VIEWER' && room.viewerRole === 'HOST' && <button class="small" onClick={() => act(LiveStaffSetDocument, { input: { ...person, role: 'MODERATOR' } }).then(told)}>{t.moderator}</button>}
      </span>
    </li>
  );
}

function Questions({ room }: { room: Room }) {
  const open = room.questions.nodes.filter(({ answer }) => !answer);
  const [answers, setAnswers] = useState<Record<string, string>>({});
  if (!open.length) return null;
  return (
    <ul class="held" aria-label={t.questions}>
      {open.map(({ id, text, upvotes }) => (
        <li key={id}>
          <p><em class="tag">{t.questions} ▲{upvotes}</em> {text}</p>
          <form class="row" onSubmit={(event) => { event.preventDefault(); act(LiveQuestionAnswerDocument, { input: { questionId: id, answer: answers[id] } }); }}>
            <input class="grow" aria-label={t.answer} required maxLength={500} value={answers[id] ?? ''} onInput={(event) => setAnswers({ ...answers, [id]: event.currentTarget.value })} /><button class="small">{t.answer}</button>
          </form>
        </li>
      ))}
    </ul>
  );
}
