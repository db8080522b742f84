import type { CheckoutInput } from '@kaituan/client';
import { go } from './router';

const PLACE = 'kaituan.checkout';

/** Goes to the checkout of these goods, which a reload of its page finds again. */
export function checkOut(goods: CheckoutInput) {
  sessionStorage.setItem(PLACE, JSON.stringify(goods));
  go('#/checkout');
}

/** What is to be ordered; null: nothing. */
export const goods = (): CheckoutInput | null => JSON.parse(sessionStorage.getItem(PLACE) ?? 'null');
export const forget = () => sessionStorage.removeItem(PLACE);
