import { mini, type Mini } from './mini.js';

declare const tt: Mini;

/** Douyin mini-programs. */
const douyin = () => mini(tt);
export { douyin as tt };
