import { t } from '../words';
import { Icon } from './icons';

/** How many of something, within bounds. */
export const Stepper = ({ value, least = 1, most, change, name }: { value: number; least?: number; most: number; change: (value: number) => void; name: string }) => (
  <span class="stepper" role="group" aria-label={`${name} ${t.quantity}`}>
    <button type="button" onClick={() => change(value - 1)} disabled={value <= least} aria-label={t.less}><Icon name="minus" size={14} /></button>
    <output>{value}</output>
    <button type="button" onClick={() => change(value + 1)} disabled={value >= most} aria-label={t.moreOf}><Icon name="plus" size={14} /></button>
  </span>
);
