import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSecondsLeft } from '@h5/clock';
import { t } from './words';

/** A button that wants a second press, for what cannot be undone. */
export function Sure({ class: kind, run, children }: { class: string; run: () => void; children: ComponentChildren }) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return undefined;
    const timer = setTimeout(() => setAsked(false), 4000);
    return () => clearTimeout(timer);
  }, [asked]);
  return <button class={kind} onClick={() => { if (asked) run(); setAsked(!asked); }}>{asked ? t.sure : children}</button>;
}

/** What is left until a moment, as 1:05 or 2:00:00. */
export function Left({ until }: { until: string }) {
  const seconds = useSecondsLeft(until);
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return <time class="count">{hours ? `${hours}:${two(minutes)}` : minutes}:{two(seconds % 60)}</time>;
}

/** A form's number, within its bounds. */
export function Count({ label, value, set, most, focus }: { label: string; value: number; set: (n: number) => void; most: number; focus?: string }) {
  return <label><span>{label} {focus && <kbd>{focus.toUpperCase()}</kbd>}</span><input type="number" min="1" max={most} required value={value} data-key={focus} onInput={(event) => set(event.currentTarget.valueAsNumber || 1)} /></label>;
}
