import type { CouponTermsFragment } from '@kaituan/client';
import type { ComponentChildren } from 'preact';
import { t } from '../words';
import { money, Price } from './price';

/** A coupon, with what can be done about it. */
export const Ticket = ({ of: { title, discount, minSpend }, until, used = false, children }: { of: CouponTermsFragment; until: string; used?: boolean; children?: ComponentChildren }) => (
  <div class={`ticket ${used ? 'used' : ''}`}>
    <span class="worth">{'amount' in discount ? <Price of={discount.amount} /> : <b>-{Number(discount.percent)}%</b>}<small>{minSpend ? t.from(money(minSpend)) : t.noThreshold}</small></span>
    <span class="terms"><b>{title}</b><small>{'cap' in discount && discount.cap && `${t.atMost(money(discount.cap))} · `}{until}</small></span>
    {children}
  </div>
);
