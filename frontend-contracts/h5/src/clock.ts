import { useEffect, useState } from 'preact/hooks';

// The server's clock counts, not this device's: every answer that tells serverTime sets how far apart they are.
let ahead = 0;
export const heard = (serverTime: string) => { ahead = Date.parse(serverTime) - Date.now(); };
export const serverNow = () => Date.now() + ahead;

const tickers = new Set<() => void>();
let timer: number | undefined;

/** Renders once a second until `until`, and returns the whole seconds that are left, 0 at the end. */
export function useSecondsLeft(until: string | null | undefined): number {
  const left = () => (until ? Math.max(0, Math.ceil((Date.parse(until) - serverNow()) / 1000)) : 0);
  const [seconds, set] = useState(left);
  useEffect(() => {
    set(left());
    if (!left()) return;
    const tick = () => {
      set(left());
      if (!left()) stop();
    };
    const stop = () => {
      tickers.delete(tick);
      if (!tickers.size) {
        clearInterval(timer);
        timer = undefined;
      }
    };
    tickers.add(tick);
    timer ??= window.setInterval(() => tickers.forEach((each) => each()), 1000);
    return stop;
  }, [until]);
  return seconds;
}
