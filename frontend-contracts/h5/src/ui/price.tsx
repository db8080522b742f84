export interface Amount { amount: string; currency: string }

const signs: Record<string, string> = { CNY: '¥', JPY: '¥', HKD: 'HK$', MOP: 'MOP$', TWD: 'NT$', SGD: 'S$', MYR: 'RM', USD: '$', EUR: '€' };

/** As plain text: ¥19.90, -¥5.00. */
export const money = ({ amount, currency }: Amount) => (amount.startsWith('-') ? '-' : '') + signs[currency] + amount.replace('-', '');

/** Large units and small decimals. */
export function Price({ of, class: kind = '' }: { of: Amount; class?: string }) {
  const [units, decimals] = of.amount.replace('-', '').split('.');
  return <span class={`price ${kind}`}><small>{of.amount.startsWith('-') && '-'}{signs[of.currency]}</small>{units}{decimals && <small>.{decimals}</small>}</span>;
}

/** A price that does not hold any more; it is read out as such. */
export const Was = ({ of, label }: { of: Amount; label: string }) => <del class="was"><span class="hidden">{label} </span>{money(of)}</del>;

const minor = ({ amount }: Amount) => BigInt(amount.replace('.', ''));
export const cheaper = (a: Amount, b: Amount) => minor(a) < minor(b);

/** n times an amount, without rounding. */
export function times({ amount, currency }: Amount, n: number): Amount {
  const decimals = amount.split('.')[1]?.length ?? 0;
  const digits = String(minor({ amount, currency }) * BigInt(n)).padStart(decimals + 1, '0');
  return { amount: decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits, currency };
}
