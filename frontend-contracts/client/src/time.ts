// Every platform has these two, and no library that is shared by all of them says so.
declare function setTimeout(run: () => void, milliseconds: number): number;
declare function clearTimeout(timer: number | undefined): void;

export const later = (milliseconds: number, run: () => void): number => setTimeout(run, milliseconds);
export const cancel = (timer: number | undefined): void => clearTimeout(timer);

/** How long an answer may take, in milliseconds: the slowest one of the shop's is far faster, and a phone that lost its network never hears of it. */
export const PATIENCE = 15000;

/** A random wait, so that those who were cut off together do not come back together; its bound doubles from 0.5 s to 30 s. */
export const backOff = (attempt: number): number => Math.random() * Math.min(30000, 500 * Math.pow(2, attempt));

/** Runs something after the wait that a refusal asks for, and a random one. */
export const after = (error: { retryAfterSeconds?: number | null }, attempt: number, run: () => void): number =>
  later((error.retryAfterSeconds || 0) * 1000 + backOff(attempt), run);
