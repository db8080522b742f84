import { mini, type My } from './mini.js';

declare const my: My;

/** Alipay mini-programs. */
const alipay = () => mini(my, true);
export { alipay as my };
