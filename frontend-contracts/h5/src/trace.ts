import type { Platform } from '@kaituan/client';
import { store } from './store';

/** What went to the server and came back, for the drawer that shows it. */
export interface Exchange {
  id: number;
  /** The document's id; its name is in the client. */
  document: string;
  variables: unknown;
  status: number;
  milliseconds: number;
  bytes: number;
  /** As the server counted them, in development; else null. */
  cost: number | null;
  statements: number | null;
}

export interface Frame {
  id: number;
  out: boolean;
  type: string;
  bytes: number;
  text: string;
}

const KEPT = 40;
export const exchanges = store<Exchange[]>([]);
export const frames = store<Frame[]>([]);
/** Sums since the page was opened. */
export const sums = { requests: 0, bytes: 0, frames: 0 };

let last = 0;

interface First {
  body: string;
  authorization?: string;
  began: number;
  answer: Promise<Response>;
}
declare global {
  interface Window { kaituanFirst?: First }
}

const number = (answer: Response, header: string) => (answer.headers.has(header) ? Number(answer.headers.get(header)) : null);

/** A platform whose requests and frames are seen by the drawer; it takes the answer that index.html has asked for already. */
export function traced(platform: Platform): Platform {
  return {
    ...platform,
    async request(url, headers, body) {
      const first = window.kaituanFirst;
      const asked = first && first.body === body && first.authorization === headers.authorization;
      if (asked) window.kaituanFirst = undefined; // it is for one question
      const began = asked ? first.began : performance.now();
      const { documentId, variables } = JSON.parse(body) as { documentId: string; variables?: unknown };
      let status = 0;
      let bytes = 0;
      let answer: Response | undefined;
      try {
        answer = await (asked ? first.answer : fetch(url, { method: 'POST', headers: { ...headers, 'x-kaituan-measure': '1' }, body }));
        const answered = await answer.text();
        status = answer.status;
        bytes = new Blob([answered]).size;
        return { status, body: answered };
      } finally {
        sums.requests += 1;
        sums.bytes += bytes;
        exchanges.set([{
          id: ++last, document: documentId, variables, status, milliseconds: performance.now() - began, bytes,
          cost: answer ? number(answer, 'x-cost') : null, statements: answer ? number(answer, 'x-statements') : null,
        }, ...exchanges.get()].slice(0, KEPT));
      }
    },
    connect(url, protocol, on) {
      const see = (text: string, out: boolean) => {
        sums.frames += 1;
        frames.set([{ id: ++last, out, type: JSON.parse(text).type, bytes: new Blob([text]).size, text }, ...frames.get()].slice(0, KEPT));
      };
      const socket = platform.connect(url, protocol, { ...on, message(text) { see(text, false); on.message(text); } });
      return { close: socket.close, send(text) { see(text, true); socket.send(text); } };
    },
  };
}
