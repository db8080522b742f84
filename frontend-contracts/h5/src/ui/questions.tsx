import { LiveQuestionAskDocument, LiveQuestionUpvoteDocument, type LiveRoomQuery } from '@kaituan/client';
import { useRef } from 'preact/hooks';
import { client, done, reason, signedIn } from '../api';
import { t } from '../words';
import { Act } from './button';
import { Icon } from './icons';
import { Sheet } from './sheet';
import { toast } from './toast';

type Question = NonNullable<LiveRoomQuery['liveRoom']>['questions']['nodes'][number];

/** What viewers ask the host, those with most votes first. */
export function Questions({ roomId, list, set, close }: { roomId: string; list: Question[]; set: (change: (list: Question[]) => Question[]) => void; close: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const put = (question: Question) => set((was) => [...was.filter(({ id }) => id !== question.id), question]);
  async function ask(event: SubmitEvent) {
    event.preventDefault();
    const text = input.current!.value.trim();
    if (!text) return;
    try {
      await signedIn();
      put(done((await client.mutate(LiveQuestionAskDocument, { input: { roomId, text, clientId: client.key() } })).liveQuestionAsk).question!);
      input.current!.value = '';
    } catch (error) {
      toast(reason(error));
    }
  }
  async function vote(questionId: string) {
    await signedIn();
    put(done((await client.mutate(LiveQuestionUpvoteDocument, { input: { questionId } })).liveQuestionUpvote).question!);
  }
  return (
    <Sheet title={t.questions} close={close}>
      <form class="say" onSubmit={ask}><input ref={input} maxLength={200} placeholder={t.askHint} aria-label={t.ask} /><button class="primary small">{t.ask}</button></form>
      <ul class="lines questions">{[...list].sort((a, b) => b.upvotes - a.upvotes).map((question) => (
        <li key={question.id}><span>{question.text}<small>{question.author.nickname}</small>{question.answer && <em><b>{t.answerOf}</b> {question.answer}</em>}</span>
          <Act class="ghost small" run={() => vote(question.id)} disabled={question.viewerUpvoted} label={`${t.upvote} ${question.text}`}><Icon name="heart" size={14} filled={question.viewerUpvoted} /> {question.upvotes}</Act></li>
      ))}</ul>
    </Sheet>
  );
}
