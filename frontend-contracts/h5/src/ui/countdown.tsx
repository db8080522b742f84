import { useEffect, useRef } from 'preact/hooks';
import { useSecondsLeft } from '../clock';
import { t } from '../words';

const two = (n: number) => String(n).padStart(2, '0');

/** The time that is left by the server's clock, as boxes of digits; `done` is called once when none is. */
export function Countdown({ until, done }: { until: string; done?: () => void }) {
  const left = useSecondsLeft(until);
  const running = useRef(left > 0);
  useEffect(() => {
    if (!left && running.current) done?.();
    running.current = left > 0;
  }, [left]);
  if (!left) return <span class="countdown">{t.timeUp}</span>;
  const days = Math.floor(left / 86400);
  return (
    <time class="countdown" role="timer" dateTime={until}>
      {days > 0 && t.days(days)}<b>{two(Math.floor(left / 3600) % 24)}</b>:<b>{two(Math.floor(left / 60) % 60)}</b>:<b>{two(left % 60)}</b>
    </time>
  );
}
