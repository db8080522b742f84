import { t } from './words';

/** How many people are missing: for the group to count, or, in one that counts already, for the lowest price. */
export function lacking({ size, capacity, seatsLeft }: { size: number; capacity: number; seatsLeft: number }): string {
  const people = seatsLeft - (capacity - size);
  return people > 0 ? t.lacking(people) : t.lackingTop(seatsLeft);
}
