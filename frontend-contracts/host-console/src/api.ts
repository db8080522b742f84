import { createClient, KaituanError, web, type Args, type Document } from '@kaituan/client';
import { store } from '@h5/store';
import { toast } from '@h5/ui/toast';
import { language, t } from './words';

const own = (key: string) => `host.${key}`; // the storefront on the same machine has a session of its own

export const client = createClient({
  platform: web(),
  url: `${location.origin}/graphql`,
  channel: 'H5',
  locale: language,
  storage: { get: (key) => localStorage.getItem(own(key)), set: (key, value) => localStorage.setItem(own(key), value), remove: (key) => localStorage.removeItem(own(key)) },
  onSession: () => host.set(client.session()?.shopper.id),
});

/** The id of who is signed in. */
export const host = store(client.session()?.shopper.id);

interface Payload {
  userErrors: { message: string }[];
}

/** Says what went wrong on the way. */
export function wrong(error: unknown) {
  toast(!(error instanceof KaituanError) || error.code === 'NETWORK' ? t.network : error.message || t.failed);
}

/** Sends what the host did, and says why when it is refused. Its answer says whether it was done; what everybody sees of it comes as an event. */
export async function act<D extends object, V>(document: Document<D, V>, variables: V): Promise<D | undefined> {
  try {
    const data = await client.mutate(document, ...([variables] as unknown as Args<V>));
    const refused = Object.values(data as Record<string, Payload>)[0].userErrors[0];
    if (!refused) return data;
    toast(refused.message);
  } catch (error) {
    wrong(error);
  }
  return undefined;
}
