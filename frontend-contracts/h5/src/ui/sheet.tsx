import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../words';
import { Icon } from './icons';

/** A dialog from below. It takes the focus while it is there, ends by Escape, by its button or by a tap beside it, and gives the focus back. */
export function Sheet({ title, close, children, class: kind = '' }: { title: string; close: () => void; children: ComponentChildren; class?: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key is pressed, which would go to what is below.
  useLayoutEffect(() => {
    const it = dialog.current!;
    const opener = document.activeElement as HTMLElement | null;
    it.showModal();
    return () => {
      it.close();
      if (opener?.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class={`sheet ${kind}`} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); close(); }} onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <div class="sheet-body">
        <header><h2 id={id}>{title}</h2><button class="plain" onClick={close} aria-label={t.close}><Icon name="close" /></button></header>
        {children}
      </div>
    </dialog>
  );
}
