import { mini, type Mini } from './mini.js';

declare const wx: Mini;

/** WeChat mini-programs, from base library 2.8. */
const weChat = () => mini(wx);
export { weChat as wx };
