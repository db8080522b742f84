import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { reason } from '../api';
import { toast } from './toast';

/** A button that works once at a time, and says why it did not. */
export function Act({ run, class: kind = '', disabled = false, label, children }: { run: () => Promise<unknown>; class?: string; disabled?: boolean; label?: string; children: ComponentChildren }) {
  const [busy, setBusy] = useState(false);
  async function press() {
    if (busy || disabled) return;
    setBusy(true);
    try {
      await run();
    } catch (error) {
      toast(reason(error));
    } finally {
      setBusy(false);
    }
  }
  // Not `disabled` while it works: the focus would be lost.
  return <button type="button" class={kind} onClick={press} aria-disabled={busy || disabled} aria-busy={busy} aria-label={label}>{children}</button>;
}
