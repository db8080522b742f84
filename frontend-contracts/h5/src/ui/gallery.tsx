import { useState } from 'preact/hooks';
import { t } from '../words';

interface Medium { kind: string; url: string; width: number | null; height: number | null; alt: string | null }

/** Pictures side by side, to be swiped, or scrolled with the arrow keys. */
export function Gallery({ media, title }: { media: Medium[]; title: string }) {
  const [at, setAt] = useState(0);
  const pictures = media.filter(({ kind }) => kind === 'IMAGE');
  return (
    <div class="gallery">
      <div class="slides" tabIndex={0} role="group" aria-label={t.gallery} onScroll={({ currentTarget: it }) => setAt(Math.round(it.scrollLeft / it.clientWidth))}>
        {pictures.map((one, i) => <img key={one.url} src={one.url} alt={one.alt ?? `${title}, ${t.pictureOf(i + 1, pictures.length)}`} width={one.width ?? 800} height={one.height ?? 800} loading={i ? 'lazy' : 'eager'} />)}
      </div>
      {pictures.length > 1 && <span class="at" aria-hidden="true">{at + 1}/{pictures.length}</span>}
    </div>
  );
}
