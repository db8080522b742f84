// Every platform has these two, and no library that is shared by all of them says so.
declare function setTimeout(run: () => void, milliseconds: number): number;
declare function clearTimeout(timer: number | undefined): void;

export const later = (milliseconds: number, run: () => void): number => setTimeout(run, milliseconds);
export const cancel = (timer: number | undefined): void => clearTimeout(timer);

/** A random wait, so that those who were cut off together do not come back together; its bound doubles from 0.5 s to 30 s. */
export const backOff = (attempt: number): number => Math.random() * Math.min(30000, 500 * Math.pow(2, attempt));
