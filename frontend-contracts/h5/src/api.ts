import { createClient, KaituanError, web, type Args, type Document, type Status } from '@kaituan/client';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { heard } from './clock';
import { store } from './store';
import { traced } from './trace';
import { language, t } from './words';

/** Names this browser to the feed and to helped friends; index.html makes it. */
export const device = localStorage.getItem('kaituan.device')!;

/** Who the demo signs in: anybody may be anybody there. A visitor gets a name of his own. */
export function demoName(chosen?: string): string {
  const name = chosen ?? localStorage.getItem('kaituan.demo') ?? `visitor${device.slice(0, 6)}`;
  localStorage.setItem('kaituan.demo', name);
  return name;
}

/** The link by which somebody came: who signs in from there on was brought by it. */
export const referral = {
  get: () => sessionStorage.getItem('kaituan.referral') ?? undefined,
  set: (token: string) => sessionStorage.setItem('kaituan.referral', token),
};

const credentials = (name?: string) => ({ code: `demo:${demoName(name)}`, deviceId: device, referralToken: referral.get() });

const answers = new Map<string, unknown>();
const KEPT = 20;

export const client = createClient({
  platform: traced(web()),
  url: `${location.origin}/graphql`,
  channel: 'H5',
  locale: language,
  login: async () => credentials(),
  onSession: () => {
    answers.clear(); // prices and refusals are a shopper's own
    who.set(client.session()?.shopper.id);
  },
});

/** The id of who is signed in. */
export const who = store(client.session()?.shopper.id);

/** Signs in as the demo's shopper of that name. */
export const become = (name: string) => client.signIn(credentials(name));

/** Signs in by a text message's code. */
export const signInByPhone = (phone: string, code: string) => client.signIn({ phone, code, deviceId: device, referralToken: referral.get() });

/** Makes sure that somebody is signed in. */
export async function signedIn() {
  if (!client.session()) await client.signIn();
}

/** A rule of the shop that refused; `payload` is the rest of the answer. */
export class Refused<P> extends Error {
  constructor(readonly code: string, message: string, readonly payload: P, readonly retryAfterSeconds: number | null) {
    super(message);
  }
}

interface Payload {
  userErrors: { code: string; message: string; retryAfterSeconds: number | null }[];
}

/** A mutation's payload, unless the shop refused. */
export function done<P extends Payload>(payload: P): P {
  const [refusal] = payload.userErrors;
  if (refusal) throw new Refused(refusal.code, refusal.message, payload, refusal.retryAfterSeconds);
  return payload;
}

/** Why something failed, for the shopper to read. */
export function reason(error: unknown): string {
  if (error instanceof KaituanError) return (t.codes as Record<string, string>)[error.code] ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

export interface Answer<D> {
  data?: D;
  error?: unknown;
  reload: () => Promise<void>;
  /** Puts what a mutation or an event told in the place of what was shown. */
  set: (change: (data: D) => D) => void;
}

/**
 * Asks a page's one query. What was shown before is shown again at once while it is asked anew, so that going back is instant; with `keep` it is
 * not asked anew. With `mine` somebody is signed in first.
 */
export function useQuery<D extends object, V>(document: Document<D, V>, variables: V, { mine = false, keep = false } = {}): Answer<D> {
  const shopper = who.use();
  const key = JSON.stringify([document, variables, shopper]);
  const [state, setState] = useState<{ key: string; data?: D; error?: unknown }>({ key, data: answers.get(key) as D });
  const current = useRef(key);
  current.current = key;
  const show = (data: D) => {
    answers.delete(key);
    answers.set(key, data);
    if (answers.size > KEPT) answers.delete(answers.keys().next().value!);
    if (current.current === key) setState({ key, data });
  };
  const reload = useCallback(async () => {
    try {
      if (mine) await signedIn();
      const data = await client.query(document, ...([variables] as unknown as Args<V>));
      if ('serverTime' in data) heard(data.serverTime as string);
      show(data);
    } catch (error) {
      if (current.current === key) setState((was) => ({ key, data: was.key === key ? was.data : undefined, error }));
    }
  }, [key]);
  useEffect(() => {
    setState({ key, data: answers.get(key) as D });
    if (!keep || !answers.has(key)) reload();
  }, [key]);
  const shown = state.key === key ? state : { data: answers.get(key) as D, error: undefined };
  return { data: shown.data, error: shown.error, reload, set: (change) => { const data = answers.get(key) as D; if (data) show(change(data)); } };
}

/** Follows a subscription for as long as the component is there; `variables` null: not yet. */
export function useSubscription<D, V>(document: Document<D, V>, variables: V | null, next: (data: D) => void): Status {
  const [status, setStatus] = useState<Status>({ state: 'connecting', caughtUp: 0, gaps: 0 });
  const latest = useRef(next);
  latest.current = next;
  useEffect(() => {
    if (!variables) return;
    return client.subscribe(document, variables, { next: (data) => latest.current(data), status: setStatus });
  }, [document, variables && JSON.stringify(variables)]);
  return status;
}
