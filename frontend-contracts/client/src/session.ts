import type { SessionCreateInput, SessionTokensFragment } from './generated/documents.js';
import { SessionCreateDocument, SessionRefreshDocument, SessionRevokeDocument } from './generated/documents.js';
import type { Document } from './document.js';
import { KaituanError } from './errors.js';
import type { Platform, Storage } from './platform.js';

/** A signed-in shopper, as it is kept in the platform's storage. */
export interface Session extends SessionTokensFragment {
  /** By this device's clock; left out when that clock cannot be right. */
  renewAt?: number;
}

/** A platform's one-time code, and what else SessionCreateInput takes. */
export type Credentials = Omit<SessionCreateInput, 'channel'>;

export interface Sessions {
  current(): Session | null;
  /** Another number whenever a shopper is followed by somebody else, or by nobody; what a renewal brings, such as whom he became part of, is still him. */
  era(): number;
  /** The token to send, renewed a minute ahead of its end, or the old one when that fails; undefined without a session. */
  token(): Promise<string | undefined>;
  /**
   * After the server refused a token: a new one, or undefined when the caller is nobody from now on. Calls at the same time share one request, and one about a token that has
   * been renewed already needs none.
   */
  renew(refused?: string): Promise<string | undefined>;
  signIn(credentials?: Partial<Credentials>): Promise<Session>;
  signOut(): Promise<unknown>;
}

const KEY = 'kaituan.session';
const AHEAD = 60000;

const tokenOf = (session: Session | null) => (session ? session.accessToken : undefined);

/** `send` sends without a token and never twice: a refresh token that is used twice may end its session. `changed` is told when another shopper, or nobody, is signed in. */
export function createSessions(
  platform: Platform,
  storage: Storage,
  channel: SessionCreateInput['channel'],
  login: (() => Promise<Credentials | string>) | undefined,
  send: <D, V>(document: Document<D, V>, variables: V) => Promise<D>,
  changed: (session: Session | null) => void,
): Sessions {
  const stored = (): Session | null => JSON.parse(storage.get(KEY) || 'null');
  let session = stored();
  let renewing: Promise<string | undefined> | undefined;
  let mayLogin = login;
  let era = 0;

  function adopt(next: Session | null, same?: boolean): Session | null {
    const was = session;
    session = next;
    if ((was && was.shopper.id) !== (next && next.shopper.id)) {
      if (was && !same) era++;
      changed(next);
    }
    return next;
  }

  function keep(next: Session, same?: boolean): Session {
    const end = Date.parse(next.expiresAt) - AHEAD;
    if (end > Date.now()) next.renewAt = end;
    storage.set(KEY, JSON.stringify(next));
    return adopt(next, same)!;
  }

  function forget(): void {
    storage.remove(KEY);
    adopt(null);
  }

  const signIn = (credentials?: Partial<Credentials>): Promise<Session> =>
    Promise.resolve(login && !(credentials && credentials.code) ? login() : ({} as Credentials))
      .then((given) => send(SessionCreateDocument, { input: Object.assign({ channel }, typeof given === 'string' ? { code: given } : given, credentials) }))
      .then(({ sessionCreate: { session: next, userErrors: [refusal] } }) => {
        if (!next) throw new KaituanError(refusal.code, refusal.message, { retryAfterSeconds: refusal.retryAfterSeconds });
        mayLogin = login;
        return keep(next);
      });

  const logIn = () => mayLogin && signIn().then(tokenOf);

  // Another tab may have renewed, changed or ended the session: what it left counts.
  function refresh(): Promise<string | undefined> {
    const shared = stored();
    if (!session) return Promise.resolve(logIn());
    const { refreshToken } = session;
    if (!shared || shared.refreshToken !== refreshToken) return Promise.resolve(tokenOf(adopt(shared)));
    return send(SessionRefreshDocument, { input: { refreshToken } }).then(({ sessionRefresh: { session: next } }) => {
      const now = stored();
      if (!now || now.refreshToken !== refreshToken) { // signed out or in meanwhile, which counts
        if (next && (!now || now.shopper.id !== next.shopper.id)) send(SessionRevokeDocument, { input: { refreshToken: next.refreshToken } }).catch(() => undefined);
        return tokenOf(adopt(now));
      }
      if (next) return tokenOf(keep(next, true));
      forget();
      return logIn();
    });
  }

  function renew(refused?: string): Promise<string | undefined> {
    if (refused && session && session.accessToken !== refused) return Promise.resolve(tokenOf(session));
    const done = () => { renewing = undefined; };
    if (!renewing) (renewing = platform.lock ? platform.lock(KEY, refresh) : refresh()).then(done, done);
    return renewing;
  }

  return {
    current: () => session,
    era: () => era,
    renew,
    signIn,
    token() {
      if (!renewing && !(session && Date.now() > session.renewAt!)) return Promise.resolve(tokenOf(session));
      return renew().catch((error) => {
        if (!session) throw error;
        return tokenOf(session);
      });
    },
    signOut() {
      const was = session;
      mayLogin = undefined;
      forget();
      return Promise.resolve(was && send(SessionRevokeDocument, { input: { refreshToken: was.refreshToken } }));
    },
  };
}
