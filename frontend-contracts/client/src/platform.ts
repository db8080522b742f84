/** What the client needs of where it runs; `wx`, `tt`, `my` and `web` make one each. Nothing else of a platform is touched. */
export interface Platform {
  /** Sends `body`, which is JSON, by POST and resolves with whatever answer comes, whatever its status: the text, or what the platform parsed it to. Rejects when none comes. */
  request(url: string, headers: Record<string, string>, body: string): Promise<Answer>;
  /** Opens a websocket of that subprotocol. `closed` comes once, also when it could not be opened. */
  connect(url: string, protocol: string, on: SocketEvents): Socket;
  storage: Storage;
  /** Calls back when the app comes to the foreground (true), where a socket that was cut is opened again, and when it goes to the background (false). */
  onVisible(listener: (visible: boolean) => void): void;
  /** Runs one at a time of all that share the storage, such as a browser's tabs. Without it there is nobody else. */
  lock?<T>(name: string, run: () => Promise<T>): Promise<T>;
}

export interface Answer {
  status: number;
  body: unknown;
}

export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  closed(code: number, reason: string): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

/** Keeps short strings over restarts. What was never set, or removed, is null, undefined or ''. */
export interface Storage {
  get(key: string): string | null | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}
