import type { LeaderRewardKind } from '@kaituan/client';
import { t } from '../words';
import { money, type Amount } from './price';

/** What the leader of a new group is given, in words. */
export const rewardOf = ({ kind, amount, points }: { kind: LeaderRewardKind; amount: Amount | null; points: number | null }) =>
  t.rewards[kind](amount ? money(amount) : String(points ?? ''));
