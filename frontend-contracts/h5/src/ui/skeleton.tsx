import { t } from '../words';
import { reason } from '../api';

/** What is there before the answer is. */
export const Skeleton = ({ rows = 3 }: { rows?: number }) => (
  <div class="skeleton" role="status" aria-label={t.loading}>
    <i class="block" />{Array.from({ length: rows }, (_, i) => <i key={i} class="line" />)}
  </div>
);

/** Why there is no answer, and a way to ask again. */
export const Failed = ({ error, again }: { error: unknown; again: () => void }) => (
  <div class="empty" role="alert"><p>{reason(error)}</p><button class="ghost" onClick={again}>{t.retry}</button></div>
);

export const Empty = ({ text, href, link }: { text: string; href?: string; link?: string }) => (
  <div class="empty"><p>{text}</p>{href && <a class="button ghost" href={href}>{link}</a>}</div>
);
