import type { Document } from './document.js';
import { KaituanError, failed, passing, unknown, type Failure } from './errors.js';
import type { Platform, Socket } from './platform.js';
import type { Sessions } from './session.js';
import { backOff, cancel, later } from './time.js';

export interface Status {
  /** `reconnecting` also while the app is in the background; `closed` is for good. */
  state: 'connecting' | 'open' | 'reconnecting' | 'closed';
  /** Events that had been missed and were delivered since it last reconnected. */
  caughtUp: number;
  /** How often something was found missing, and asked for again. */
  gaps: number;
}

export interface Handlers<Data> {
  next(data: Data): void;
  /** The last call: the subscription is over. Cuts are none. */
  error?(error: KaituanError): void;
  status?(status: Status): void;
}

interface Subscription {
  document: string;
  variables: any;
  handlers: Handlers<any>;
  /** On the socket as it is; undefined while it is not subscribed. */
  id?: string;
  /** Of the last event that was delivered. */
  cursor?: string;
  status: Status;
}

/** What the client reads of an event; other subscriptions have none of it. */
interface Event {
  __typename?: string;
  cursor?: string;
  at?: string;
}

const BEAT = 20000;

/** A cursor is epoch:seq, and seq goes on from epoch to epoch. */
const position = (cursor: string) => +cursor.split(':')[1];

export function createSubscriptions(
  platform: Platform,
  url: string,
  language: string | undefined,
  sessions: Sessions,
  report: (error: KaituanError, document: string) => void,
): { add(document: Document<any, any>, variables: any, handlers: Handlers<any>): () => void; restart(): void } {
  let subscriptions: Subscription[] = [];
  let socket: Socket | undefined;
  let acknowledged = false;
  let heard = false; // since the last heartbeat
  let expired = false; // the token that was told
  let visible = true;
  let told: string | undefined;
  let lastId = 0;
  let attempts = 0;
  let timer: number | undefined;
  let connection = 0; // rises, so that what comes late of an earlier one is known
  let began = ''; // the shop's time at which the socket was accepted: what happened before had been missed

  const say = (type: string, payload?: unknown, id?: string) => socket!.send(JSON.stringify({ id, type, payload }));

  function tell(subscription: Subscription, state: Status['state'], caughtUp = subscription.status.caughtUp): void {
    const { handlers, status } = subscription;
    subscription.status = { state, caughtUp, gaps: status.gaps };
    if (handlers.status) handlers.status(subscription.status);
  }

  function subscribe(subscription: Subscription): void {
    const { document, variables, cursor } = subscription;
    subscription.id = String(++lastId);
    say('subscribe', { query: '', variables: cursor ? Object.assign({}, variables, { after: cursor }) : variables, extensions: { documentId: document } }, subscription.id);
    tell(subscription, 'open');
  }

  function remove(subscription: Subscription): void {
    subscriptions = subscriptions.filter((other) => other !== subscription);
    tell(subscription, 'closed');
  }

  function fail(subscription: Subscription, error: KaituanError): void {
    remove(subscription);
    report(error, subscription.document);
    if (subscription.handlers.error) subscription.handlers.error(error);
  }

  /** Whether an event is the next one; what is missing before it is asked for. */
  function follows(subscription: Subscription, { __typename, cursor, at }: Event): boolean {
    if (!cursor) return true;
    const whole = __typename === 'LiveReset';
    const step = subscription.cursor ? position(cursor) - position(subscription.cursor) : 1;
    if (!whole && step < 1) return false;
    if (!whole && step > 1) {
      subscription.status.gaps++;
      say('complete', undefined, subscription.id);
      subscribe(subscription);
      return false;
    }
    if (subscription.cursor && (whole || at! < began)) tell(subscription, 'open', subscription.status.caughtUp + Math.max(0, step));
    subscription.cursor = cursor;
    return true;
  }

  function receive(text: string): void {
    const { type, id, payload } = JSON.parse(text);
    heard = true;
    if (type === 'connection_ack') {
      acknowledged = true;
      began = payload ? payload.at : '';
      subscriptions.forEach(subscribe);
    }
    if (type === 'pong') attempts = 0; // it has lasted
    if (type === 'ping') say('pong');
    subscriptions.filter((one) => id && one.id === id).forEach((subscription) => {
      const { data, errors } = payload || ({} as { data?: Record<string, Event>; errors?: Failure[] });
      const error = type === 'next' ? errors && failed(errors[0]) : type === 'error' ? failed(payload[0]) : new KaituanError('CLOSED', type);
      if (type === 'next') {
        if (error) report(error, subscription.document);
        if (data && follows(subscription, data[Object.keys(data)[0]] || {})) subscription.handlers.next(data);
      } else if (passing(error!.code) || (told && unknown(error!.code))) closed(0, error!.code, error!.retryAfterSeconds! * 1000);
      else fail(subscription, error!);
    });
  }

  /** Drops the socket, if there is one. */
  function drop(): void {
    const was = socket;
    connection++;
    socket = undefined;
    acknowledged = false;
    cancel(timer);
    if (was) was.close();
    subscriptions.forEach((subscription) => {
      subscription.id = undefined;
      tell(subscription, 'reconnecting');
    });
  }

  /** Ends what the client's own mistake ended, or a refusal, and comes back after everything else. */
  function closed(code: number, reason: string, wait = 0): void {
    const refused = code === 4403 && !acknowledged && !unknown(reason);
    const hint = /retryAfterMs=(\d+)/.exec(reason);
    expired = unknown(reason);
    drop();
    if (refused || /^44(0[0169]|29)$/.test(String(code))) subscriptions.forEach((subscription) => fail(subscription, new KaituanError('CLOSED', reason, { status: code })));
    timer = later(hint ? +hint[1] : (wait || 0) + backOff(attempts++), connect);
  }

  function connect(): void {
    if (socket || !visible || !subscriptions.length) return;
    cancel(timer);
    const mine = ++connection;
    const ifMine = <A extends unknown[]>(run: (...args: A) => void) => (...args: A) => { if (mine === connection) run(...args); };
    const beat = ifMine(() => {
      if (!subscriptions.length) return drop();
      if (!heard || !acknowledged) return closed(0, '');
      heard = false;
      timer = later(BEAT, beat);
      sessions.token().then(ifMine((token) => {
        say('ping', token === told ? undefined : { accessToken: token });
        told = token;
      }), () => undefined);
    });
    (expired ? sessions.renew() : sessions.token()).then(ifMine((token) => {
      expired = false;
      told = token;
      lastId = 0;
      heard = true;
      subscriptions.forEach(({ status }) => { status.caughtUp = 0; });
      timer = later(BEAT, beat);
      socket = platform.connect(url, 'graphql-transport-ws', {
        opened: ifMine(() => say('connection_init', { accessToken: token, language })),
        message: ifMine(receive),
        closed: ifMine(closed),
      });
    })).catch(ifMine(() => closed(0, '')));
  }

  /** Comes back at once, e.g. as somebody else. */
  function restart(): void {
    attempts = 0;
    drop();
    connect();
  }

  platform.onVisible((now) => {
    if (!now) drop();
    visible = now;
    if (now && !socket) restart();
  });

  return {
    restart,
    add(document, variables, handlers) {
      const subscription: Subscription = { document, variables, handlers, cursor: variables && variables.after, status: { state: 'connecting', caughtUp: 0, gaps: 0 } };
      subscriptions = subscriptions.concat(subscription);
      tell(subscription, 'connecting');
      if (acknowledged) subscribe(subscription);
      else connect();
      return () => {
        if (subscription.status.state === 'closed') return;
        if (subscription.id) say('complete', undefined, subscription.id);
        remove(subscription);
      };
    },
  };
}
