import type { Document } from './document.js';
import { KaituanError, failed, passing, unknown, type Failure } from './errors.js';
import type { Platform, Socket } from './platform.js';
import type { Sessions } from './session.js';
import { after, backOff, cancel, later } from './time.js';

export interface Status {
  /** `reconnecting` also while the app is in the background, or the shop has no room for it; `closed` is for good. */
  state: 'connecting' | 'open' | 'reconnecting' | 'closed';
  /** Events that had been missed and were delivered since it last reconnected. */
  caughtUp: number;
  /** How often something was found missing, and asked for again. */
  gaps: number;
}

export interface Handlers<Data> {
  /** When it throws, the event comes again after a while: it counts as delivered once this has returned. */
  next(data: Data): void;
  /** The last call: the subscription is over. Cuts are none, nor is what passes, such as OVERLOADED: then it is tried again after a while. */
  error?(error: KaituanError): void;
  status?(status: Status): void;
}

interface Subscription {
  document: string;
  variables: any;
  handlers: Handlers<any>;
  status: Status;
  /** On the socket as it is; empty while it is not subscribed. */
  id?: string;
  /** Of the last event that was delivered. */
  cursor?: string;
  /** In a row that failed. */
  tries: number;
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
  const all = new Set<Subscription>(); // what is deleted while it is gone through is not come to
  let socket: Socket | undefined;
  let accepted = false;
  let heard = false; // since the last heartbeat
  let expired = false; // the token that was told
  let visible = true;
  let told: string | undefined;
  let lastId = 0;
  let attempts = 0;
  let timer: number | undefined; // of the next heartbeat, or of the next connection; unset when there is neither
  let connection = 0; // rises, so that what comes late of an earlier one is known
  let began = ''; // the shop's time at which the socket was accepted: what happened before had been missed

  const say = (type: string, payload?: unknown, id?: string) => socket!.send(JSON.stringify({ id, type, payload }));

  function tell(one: Subscription, state: Status['state'], missed = 0, gap = 0): void {
    const { handlers, status: { caughtUp, gaps } } = one;
    one.status = { state, caughtUp: caughtUp + missed, gaps: gaps + gap };
    if (handlers.status) handlers.status(one.status);
  }

  function open(one: Subscription, gap?: number): void {
    const { document, variables, cursor } = one;
    one.id = String(++lastId);
    say('subscribe', { query: '', variables: cursor ? Object.assign({}, variables, { after: cursor }) : variables, extensions: { documentId: document } }, one.id);
    tell(one, 'open', 0, gap);
  }

  function end(one: Subscription, error?: KaituanError): void {
    all.delete(one);
    tell(one, 'closed');
    if (!error) return;
    report(error, one.document);
    if (one.handlers.error) one.handlers.error(error);
  }

  /** Leaves one that failed for now alone for a while; the others go on. */
  function again(one: Subscription, error: KaituanError): void {
    one.id = '';
    tell(one, 'reconnecting');
    after(error, one.tries++, () => { if (accepted && all.has(one) && !one.id) open(one); });
  }

  /** An event that is the next one is delivered; what is missing before it is asked for. */
  function take(one: Subscription, data: Record<string, Event>): void {
    const { __typename, cursor, at } = data[Object.keys(data)[0]] || ({} as Event);
    const goesOn = cursor && one.cursor && __typename !== 'LiveReset';
    const step = goesOn ? position(cursor!) - position(one.cursor!) : 1;
    if (step > 1) {
      say('complete', undefined, one.id);
      open(one, 1);
    }
    if (step !== 1) return;
    try {
      one.handlers.next(data);
    } catch (error) {
      report(error as KaituanError, one.document);
      if (one.id) say('complete', undefined, one.id);
      return again(one, error as KaituanError);
    }
    one.tries = 0;
    if (cursor) one.cursor = cursor;
    if (goesOn && at! < began) tell(one, one.status.state, 1);
  }

  function receive(text: string): void {
    const { type, id, payload } = JSON.parse(text);
    heard = true;
    if (type === 'connection_ack') {
      accepted = true;
      began = payload ? payload.at : '';
      all.forEach((one) => open(one));
    }
    if (type === 'pong') attempts = 0; // it has lasted
    if (type === 'ping') say('pong');
    if (id) all.forEach((one) => {
      if (one.id !== id) return;
      const errors: Failure[] = type === 'error' ? payload : type === 'next' && payload.errors;
      const error = errors ? failed(errors[0]) : new KaituanError('CLOSED', type);
      if (type === 'next') {
        if (errors) report(error, one.document);
        if (payload.data) take(one, payload.data);
      } else if (told && unknown(error.code)) closed(0, error.code);
      else if (passing(error.code)) again(one, error);
      else end(one, error);
    });
  }

  /** Drops the socket, if there is one. */
  function drop(): void {
    const was = socket;
    connection++;
    accepted = false;
    cancel(timer);
    socket = timer = undefined;
    if (was) was.close();
    all.forEach((one) => {
      one.id = '';
      tell(one, 'reconnecting');
    });
  }

  /** Ends what the client's own mistake ended, or a refusal, and comes back after everything else. */
  function closed(code: number, reason: string): void {
    const final = /^44(0[0169]|29)$/.test(String(code)) || code === 4403 && !accepted && !unknown(reason);
    const [, hint] = /retryAfterMs=(\d+)/.exec(reason) || [];
    expired = unknown(reason);
    drop();
    if (final) all.forEach((one) => end(one, new KaituanError('CLOSED', reason, { status: code })));
    timer = later(+hint || backOff(attempts++), () => {
      timer = undefined;
      connect();
    });
  }

  function beat(): void {
    if (!all.size) return drop();
    if (!heard || !accepted) return closed(0, '');
    heard = false;
    timer = later(BEAT, beat);
    sessions.token().then(ifSame((token) => {
      say('ping', token === told ? undefined : { accessToken: token });
      told = token;
    }), () => undefined);
  }

  /** Runs what comes, unless the socket is another by then. */
  function ifSame<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
    const mine = connection;
    return (...args) => { if (mine === connection) run(...args); };
  }

  function connect(): void {
    if (timer || !visible || !all.size) return;
    connection++;
    lastId = 0;
    heard = true;
    timer = later(BEAT, beat); // until then it is accepted
    all.forEach(({ status }) => { status.caughtUp = 0; });
    (expired ? sessions.renew() : sessions.token()).then(ifSame((token) => {
      expired = false;
      told = token;
      socket = platform.connect(url, 'graphql-transport-ws', {
        opened: ifSame(() => say('connection_init', { accessToken: token, language })),
        message: ifSame(receive),
        closed: ifSame(closed),
      });
    })).catch(ifSame(() => closed(0, '')));
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
      const one: Subscription = { document, variables, handlers, cursor: variables && variables.after, status: { state: 'connecting', caughtUp: 0, gaps: 0 }, tries: 0 };
      all.add(one);
      tell(one, 'connecting');
      if (accepted) open(one);
      else connect();
      return () => {
        if (!all.has(one)) return;
        if (one.id) say('complete', undefined, one.id);
        end(one);
      };
    },
  };
}
