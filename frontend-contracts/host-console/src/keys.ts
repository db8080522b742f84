/** Keys press the control that carries them, unless somebody is writing. Returns what takes them away. */
export function keysFor(help: () => void): () => void {
  function pressed(event: KeyboardEvent) {
    const at = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || at.closest('input, textarea, select')) return;
    if (event.key === '?') return help();
    const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!control) return;
    event.preventDefault();
    if (control instanceof HTMLButtonElement) control.click();
    else control.focus();
  }
  document.addEventListener('keydown', pressed);
  return () => document.removeEventListener('keydown', pressed);
}
