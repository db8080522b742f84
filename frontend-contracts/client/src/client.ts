import type { Args, Document } from './document.js';
import { KaituanError, failed, passing, unknown, type Failure } from './errors.js';
import type { SessionCreateInput } from './generated/documents.js';
import type { Platform, Storage } from './platform.js';
import { createSessions, type Credentials, type Session } from './session.js';
import { createSubscriptions, type Handlers } from './subscriptions.js';
import { after } from './time.js';

export interface Options {
  /** `wx()`, `tt()`, `my()` or `web()`. */
  platform: Platform;
  /** Of the shop's endpoint, e.g. `https://shop.example/graphql`; its socket is at the same place. */
  url: string;
  channel: SessionCreateInput['channel'];
  /** Gets the platform's one-time code, e.g. of wx.login. With it the client signs in by itself where something needs a session, unless the shopper signed out. */
  login?: () => Promise<Credentials | string>;
  /** Instead of the platform's own. */
  storage?: Storage;
  /** `zh-CN` or `en`: the language of messages. The platform's own when it is left out. */
  locale?: string;
  /** Told of every request and subscription that fails, for a log. */
  onError?: (error: KaituanError, document: string) => void;
  /** Told when another shopper is signed in, or nobody. */
  onSession?: (session: Session | null) => void;
}

export interface Client {
  /**
   * Resolves with the data. The same query with the same variables in flight is one request. Rejects with KaituanError, whatever went wrong: NETWORK after 15 s without an
   * answer, CHANGED when the shopper for whom it was begun is signed in no more.
   */
  query<Data, Variables>(document: Document<Data, Variables>, ...variables: Args<Variables>): Promise<Data>;
  /** As `query`. What carries an `idempotencyKey` or `clientId` is sent again when no answer came, four times in all; anything else never is. */
  mutate<Data, Variables>(document: Document<Data, Variables>, ...variables: Args<Variables>): Promise<Data>;
  /** Follows a subscription over the one socket, through cuts, and returns what ends it. What has a `cursor` goes on after the last event, without gap or double. */
  subscribe<Data, Variables>(document: Document<Data, Variables>, variables: Variables, handlers: Handlers<Data>): () => void;
  /** A new idempotency key. */
  key(): string;
  /**
   * Runs `send` with a key that is kept under `name`, over restarts too, until it resolved: a shopper who taps again after a lost answer gets the order that was placed.
   * `name` says what is done, e.g. `order:${cart.id}`. An answer of IDEMPOTENCY_KEY_REUSED says that it was done before with other input: the key stays, so that nothing is
   * done twice, until the app has looked what was done and asks for it `anew`.
   */
  keyed<T>(name: string, send: (key: string) => Promise<T>, anew?: boolean): Promise<T>;
  session(): Session | null;
  /** Signs in by `login`'s code, or by the one given, and binds to who shared `referralToken`. A refusal rejects with its code, such as CODE_INVALID. */
  signIn(credentials?: Partial<Credentials>): Promise<Session>;
  signOut(): Promise<unknown>;
  /** Takes new tokens now, as channelLink asks for after a merge. */
  renew(): Promise<unknown>;
}

const RETRIES = 3;

export function createClient({ platform, url, channel, login, storage = platform.storage, locale, onError, onSession }: Options): Client {
  const inFlight: Record<string, Promise<any>> = {};

  function post<D, V>(documentId: Document<D, V>, variables: V | undefined, token?: string): Promise<D> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token) headers.authorization = 'Bearer ' + token;
    if (locale) headers['accept-language'] = locale;
    const lost = (status?: number) => new KaituanError('NETWORK', 'no answer', { status });
    return platform.request(url, headers, JSON.stringify({ documentId, variables })).then(({ status, body }) => {
      let answer: { data?: D; errors?: Failure[] };
      try { // the body before the status: mini-programs call a 4xx a success, and a refusal's reason is in the body
        answer = typeof body === 'string' ? JSON.parse(body) : body;
        if (!answer.errors && !answer.data) throw 0; // a proxy's, not the shop's
      } catch (_) {
        throw lost(status);
      }
      if (answer.errors) throw failed(answer.errors[0], status, answer.data);
      return answer.data!;
    }, () => { throw lost(); });
  }

  const sessions = createSessions(platform, storage, channel, login, post, (session) => {
    subscriptions.restart();
    if (onSession) onSession(session);
  });

  function report(error: KaituanError, document: string): void {
    if (onError) onError(error, document);
  }

  /** Once more with a new token when the one that was sent counts no more, and up to `retries` times where nobody knows what became of it; never for somebody else. */
  function send<D, V>(document: Document<D, V>, variables: V | undefined, retries: number, era = sessions.era()): Promise<D> {
    const go = (token?: string) => {
      if (era !== sessions.era()) throw new KaituanError('CHANGED', 'somebody else is signed in');
      return post(document, variables, token);
    };
    return sessions.token().then((token) => go(token).catch((error) => {
      if (!unknown(error.code)) throw error;
      return sessions.renew(token).then((fresh) => {
        if (!fresh || fresh === token) throw error;
        return go(fresh);
      });
    })).catch((error) => {
      if (!retries || !passing(error.code)) {
        report(error, document);
        throw error;
      }
      return new Promise((resolve) => {
        after(error, RETRIES - retries, () => resolve(send(document, variables, retries - 1, era)));
      });
    });
  }

  const subscriptions = createSubscriptions(platform, url.replace('http', 'ws'), locale, sessions, report);
  const key = () => Date.now().toString(36) + Math.random().toString(36).slice(2);

  return {
    query(document, ...[variables]) {
      const { current } = sessions;
      const name = JSON.stringify([document, variables, current() && current()!.shopper.id]);
      const forget = () => { delete inFlight[name]; };
      if (!inFlight[name]) (inFlight[name] = send(document, variables, RETRIES)).then(forget, forget);
      return inFlight[name];
    },
    mutate: (document, ...[variables]) => send(document, variables, /[{,]"(idempotencyKey|clientId)":"/.test(JSON.stringify(variables)) ? RETRIES : 0),
    subscribe: subscriptions.add,
    key,
    keyed(name, run, anew) {
      const place = 'kaituan.key.' + name;
      const kept = !anew && storage.get(place) || key();
      storage.set(place, kept);
      return run(kept).then((result) => {
        if (!/"IDEMPOTENCY_KEY_REUSED"/.test(JSON.stringify(result))) storage.remove(place);
        return result;
      });
    },
    session: sessions.current,
    signIn: sessions.signIn,
    signOut: sessions.signOut,
    renew: () => sessions.renew(),
  };
}
