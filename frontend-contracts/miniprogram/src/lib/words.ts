/** An amount as it is written on a price tag: ¥19.90. */
export function money(m?: { amount: string; currency: string } | null): string {
  if (!m) return '';
  const sign = { CNY: '¥', HKD: 'HK$', MOP: 'MOP$', TWD: 'NT$', SGD: 'S$', MYR: 'RM', USD: '$', EUR: '€', JPY: '¥' } as Record<string, string>;
  return m.amount.charAt(0) === '-' ? `-${sign[m.currency]}${m.amount.slice(1)}` : sign[m.currency] + m.amount;
}

const two = (n: number) => (n < 10 ? `0${n}` : String(n));

/** What is left until a moment, as 02:11:09 or 3 天 02:11:09; '' when it is over. */
export function left(until: string | null | undefined, now: number): string {
  const seconds = until ? Math.ceil((Date.parse(until) - now) / 1000) : 0;
  if (seconds <= 0) return '';
  const days = Math.floor(seconds / 86400);
  const time = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days ? `${days} 天 ${time}` : time;
}

/** A moment as 11-23 20:08, by the phone's own time zone. */
export function moment(at: string): string {
  const d = new Date(Date.parse(at));
  return `${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** 12345 as 1.2 万. */
export const many = (n: number): string => (n < 10000 ? String(n) : `${Math.floor(n / 1000) / 10} 万`);

export const face = (nickname: string): string => nickname.slice(0, 1).toUpperCase();

export const orderStates: Record<string, string> = {
  PENDING_PAYMENT: '待付款', AWAITING_GROUP: '待成团', PAID: '待发货', SHIPPED: '已发货', DELIVERED: '已送达', COMPLETED: '已完成', CANCELLED: '已取消', REFUNDING: '退款中', REFUNDED: '已退款',
};
export const groupStates: Record<string, string> = { PENDING: '等待团长付款', OPEN: '拼团中', COMPLETED: '拼团成功', EXPIRED: '未成团，款项原路退回', CANCELLED: '已取消' };
export const roomStates: Record<string, string> = { SCHEDULED: '未开播', LIVE: '直播中', PAUSED: '主播暂时离开', ENDED: '直播已结束', BANNED: '直播间已关闭' };
