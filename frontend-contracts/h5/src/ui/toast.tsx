import { useEffect, useRef } from 'preact/hooks';
import { store } from '../store';

interface Toast { id: number; text: string }
const shown = store<Toast[]>([]);
const SHOWN = 3500; // milliseconds
let last = 0;

/** Says something for a few seconds; a screen reader hears it, too. */
export function toast(text: string) {
  const id = ++last;
  shown.set([...shown.get(), { id, text }].slice(-3));
  setTimeout(() => shown.set(shown.get().filter((each) => each.id !== id)), SHOWN);
}

/** A popover, shown anew for each toast, because an open dialog would cover anything else. */
export function Toasts() {
  const list = shown.use();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current!.hidePopover?.();
    if (list.length) box.current!.showPopover?.();
  }, [list]);
  return <div ref={box} class="toasts" role="status" popover="manual">{list.map(({ id, text }) => <p key={id}>{text}</p>)}</div>;
}
