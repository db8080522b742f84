import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './ui/icons';
import { t } from './words';

const wide = matchMedia('(min-width: 1080px)');

/** What the backend does, beside the page where there is room, else behind a button. */
export function Drawer() {
  const [open, setOpen] = useState(wide.matches);
  const [Panel, setPanel] = useState<{ it: ComponentType }>();
  useEffect(() => {
    const follow = () => setOpen(wide.matches);
    wide.addEventListener('change', follow);
    return () => wide.removeEventListener('change', follow);
  }, []);
  useEffect(() => { if (open && !Panel) import('./trace-panel').then(({ TracePanel }) => setPanel({ it: TracePanel })); }, [open]);
  return (
    <>
      <button class="drawer-open" onClick={() => setOpen(!open)} aria-expanded={open} aria-controls="drawer" aria-label={t.backend}><Icon name="code" /></button>
      <aside id="drawer" class={open ? 'open' : ''} aria-label={t.backend} hidden={!open}>
        <header><h2><Icon name="code" /> {t.backend}</h2><button class="plain" onClick={() => setOpen(false)} aria-label={t.close}><Icon name="close" /></button></header>
        {Panel && <Panel.it />}
      </aside>
    </>
  );
}
