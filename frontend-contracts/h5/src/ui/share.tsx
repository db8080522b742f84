import { t } from '../words';
import { Sheet } from './sheet';
import { toast } from './toast';

export interface ShareLink { title: string; url: string; posterUrl: string }

export async function copy(text: string) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t.copied);
  } catch {
    toast(text); // no clipboard without https
  }
}

/** A link to pass on: the poster with its QR code, to be saved, and the address. */
export function ShareSheet({ link, close }: { link: ShareLink; close: () => void }) {
  const poster = new URL(link.posterUrl).pathname; // from this server, whatever address it tells the world
  return (
    <Sheet title={t.share} close={close} class="share">
      <img class="poster" src={poster} width={750} height={1200} alt={t.posterOf(link.title)} />
      <p class="url">{link.url}</p>
      <div class="actions">
        <button class="primary" onClick={() => copy(link.url)}>{t.copyLink}</button>
        {navigator.share && <button class="ghost" onClick={() => navigator.share({ title: link.title, url: link.url }).catch(() => {})}>{t.shareBy}</button>}
      </div>
    </Sheet>
  );
}
