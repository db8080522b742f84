// The page's words. What the server says (reasons, refusals) comes in the same language by Accept-Language.
const zh = {
  tagline: '三次请求，从看到付', searchHint: '搜苹果、保温杯、猫罐头…', myOrders: '我的订单', all: '猜你喜欢', close: '关闭',
  RELEVANCE: '综合', BEST_SELLING: '销量', PRICE_ASC: '价格低到高', NEWEST: '上新',
  sold: (n) => `已售 ${n >= 10000 ? `${(n / 10000).toFixed(1)}万` : n}`, left: (n) => `仅剩 ${n} 件`, soldOut: '已售罄', save: (n) => `省 ${n}`,
  stock: (n) => `库存 ${n}`, quantity: '数量', buy: '立即购买', total: '合计', empty: '这里还什么都没有', end: '到底啦', more: '加载更多', retry: '再试一次',
  deliverTo: '送至', recipient: '收货人', phone: '手机号', street: '详细地址', demoAddress: '演示地址，可以改',
  payTitle: '沙箱支付', payHint: '没有真的扣款：这里扮演支付平台，由你决定结果。', payYes: '确认支付', payNo: '模拟支付失败', payLater: '稍后支付',
  payFailed: '支付没有成功，可以再付一次', payNow: '去支付', cancel: '取消订单', back: '继续逛', number: '订单号', subtotal: '商品', shipping: '运费', free: '包邮',
  live: '实时更新中', offline: '实时连接断开，重连中…', ordersEmpty: '还没有订单，先去逛逛', noOrder: '找不到这个订单', priceChanged: '价格刚刚变了', priceNow: '现在是', buyAnyway: '按新价购买',
  groupPrice: '拼团价 ', people: (n) => `${n}人团`, rung: (n) => `满${n}人 `, alone: '单独购买', openGroup: '发起拼团', join: '去参团', lacking: (n) => `还差 ${n} 人成团`, lackingTop: (n) => `还差 ${n} 人满团`,
  help: '帮 TA 助力', askHelp: '请好友助力', helped: ([n, of]) => `已有 ${n}/${of} 人助力`, helpers: (n) => `需 ${n} 位好友助力`, helpStates: { REACHED: '助力成功', REDEEMED: '已使用', EXPIRED: '已结束', SCHEDULED: '未开始', ENDED: '已结束' },
  endsIn: '剩余', timeUp: '已到期', leader: '团长', leaderless: '团长已退出', held: '待付款', share: '复制分享链接', copied: '链接已复制', myOrder: '我的订单', newOnly: '仅限新客参团', noGroup: '找不到这个团', noShared: '链接已失效',
  rewards: { DISCOUNT: '团长立减', FREE_ORDER: '团长免单', POINTS: '团长得积分' },
  groupStates: { PENDING: '待团长付款', OPEN: '拼团中', COMPLETED: '拼团成功', MERCHANT: '商家已成团', EXPIRED: '未成团', CANCELLED: '已取消' },
  groupEnds: { PENDING: '付款后开团，再邀请好友', COMPLETED: '商家即将发货', MERCHANT: '人未满，商家按拼团价成团，即将发货', EXPIRED: '时间到了人未齐，款项原路退回', CANCELLED: '团已解散，款项原路退回' },
  signedIn: (name) => `已登录：${name}`, switchUser: '换个人试试', nickname: '演示昵称', signInAs: '以此身份登录',
  trace: '三次请求', traceHint: '从打开到付款，关键路径只有这三次。', step1: '看 · feed', step2: '下单 · orderPlace', step3: '付款 · sandboxPay', traceSum: '往返合计', traceMore: '全部请求', variables: '变量',
  member: '会员', memberPrice: '会员价', mall: '积分兑', payWith: '支付', points: (n) => `${n} 积分`, extras: '优惠券与积分', noCoupon: '不用优惠券', toClaim: '没有可用的券，去会员页领取 ›', saves: '省 ', usePoints: (n) => `用 ${n} 积分抵扣`,
  pointsUsed: '使用积分', pointsEarned: '完成后得积分', pointsGot: '已得积分', kinds: { HOLD: '占用', CAPTURE: '扣除', RELEASE: '退回' }, refund: '退款', balance: '可用积分', heldPoints: (n) => `另有 ${n} 积分占用中`, debt: (n) => `欠 ${n} 积分，新得的先抵扣`, expires: ([n, day]) => `${n} 积分 ${day} 到期`,
  checkIn: '签到', checkedIn: '今日已签到', streak: (n) => `连续 ${n} 天`, earned: (n) => `签到成功，+${n} 积分`, toNext: ([n, tier]) => `再得 ${n} 积分升${tier}`, topTier: '已是最高等级', keepUntil: (day) => `保级至 ${day}`,
  codeRenews: '结账时出示，自动更新', coupons: '优惠券', claim: '领取', claimed: '已放入卡包', validDays: (n) => `领取后 ${n} 天有效`, validUntil: (day) => `${day} 前有效`, from: '满 ', atMost: '最多 ', couponStates: { USABLE: '可用', RESERVED: '待付款', USED: '已使用', EXPIRED: '已过期' },
  liveNow: '正在直播', watching: (n) => `${n} 人在看`, likes: (n) => `${n} 赞`, like: '点赞', say: '说点什么…', slow: (n) => `慢速模式：每 ${n} 秒一条`, send: '发送', comments: '评论', heldComment: '待审核，目前只有你能看到', pinned: '正在讲解', shelf: '货架', noRoom: '找不到这个直播间',
  unitsLeft: (n) => `剩 ${n}`, look: '去看看', taken: '已领取', lottery: '抽奖', enter: '参与', entrants: (n) => `${n} 人参与`, ticket: (n) => `${n} 号`, winners: '中奖 · ', nobody: '无人参与', won: '中奖了', bought: ([who, n, what]) => `${who} 买了 ${n} 件 ${what}`,
  roomStates: { SCHEDULED: '即将开播', LIVE: '直播中', PAUSED: '暂停', ENDED: '已结束', BANNED: '已关闭' }, roles: { HOST: '主播', CO_HOST: '助播', MODERATOR: '房管' },
  statement: '积分明细', after: (n) => `余 ${n}`,
  states: { PENDING_PAYMENT: '待付款', AWAITING_GROUP: '待成团', PAID: '已付款', SHIPPED: '已发货', DELIVERED: '已送达', COMPLETED: '已完成', CANCELLED: '已取消', REFUNDING: '退款中', REFUNDED: '已退款' },
  codes: {
    RATE_LIMITED: '点得太快了，歇一下再来', OVERLOADED: '现在人太多，稍等片刻', UNAVAILABLE: '服务暂时不可用，请稍后再试', BUSY_RETRY: '有点忙，再点一次就好', UNAUTHENTICATED: '请先登录',
    TOKEN_EXPIRED: '登录过期了，请再点一次', INTERNAL: '服务器出了点问题', NETWORK: '网络不通，请检查连接', OUT_OF_STOCK: '来晚一步，库存不够了', GROUP_FULL: '这个团满了', GROUP_CLOSED: '这个团已结束', ALREADY_MEMBER: '你已在团中', NEW_CUSTOMERS_ONLY: '仅限新客参团', LIMIT_PER_SHOPPER: '已达购买上限', TOO_OFTEN: '多次占座未付，请稍后再试',
  },
};
const en = {
  tagline: 'Three requests, from look to paid', searchHint: 'Search apples, thermos, cat food…', myOrders: 'My orders', all: 'For you', close: 'Close',
  RELEVANCE: 'Relevance', BEST_SELLING: 'Best selling', PRICE_ASC: 'Price, low first', NEWEST: 'New',
  sold: (n) => `${n} sold`, left: (n) => `Only ${n} left`, soldOut: 'Sold out', save: (n) => `Save ${n}`,
  stock: (n) => `${n} in stock`, quantity: 'Quantity', buy: 'Buy now', total: 'Total', empty: 'Nothing here yet', end: 'That is all', more: 'Load more', retry: 'Try again',
  deliverTo: 'Deliver to', recipient: 'Recipient', phone: 'Phone', street: 'Street', demoAddress: 'A demo address, change it as you like',
  payTitle: 'Sandbox payment', payHint: 'No money moves: this plays the payment platform, and you decide.', payYes: 'Pay', payNo: 'Let it fail', payLater: 'Pay later',
  payFailed: 'The payment did not succeed; you can pay again', payNow: 'Pay now', cancel: 'Cancel order', back: 'Keep browsing', number: 'Number', subtotal: 'Goods', shipping: 'Shipping', free: 'Free',
  live: 'Live', offline: 'Connection lost, reconnecting…', ordersEmpty: 'No orders yet', noOrder: 'There is no such order', priceChanged: 'The price has just changed', priceNow: 'It is now', buyAnyway: 'Buy at the new price',
  groupPrice: 'Together ', people: (n) => `Group of ${n}`, rung: (n) => `${n} people `, alone: 'Buy alone', openGroup: 'Open a group', join: 'Join', lacking: (n) => `${n} more to complete`, lackingTop: (n) => `${n} more to the full group`,
  help: 'Help', askHelp: 'Ask friends for help', helped: ([n, of]) => `${n} of ${of} have helped`, helpers: (n) => `${n} friends have to help`, helpStates: { REACHED: 'Reached', REDEEMED: 'Used', EXPIRED: 'Over', SCHEDULED: 'Starts soon', ENDED: 'Over' },
  endsIn: 'Ends in', timeUp: 'Time is up', leader: 'leads', leaderless: 'The leader has left', held: 'to pay', share: 'Copy link', copied: 'The link is copied', myOrder: 'My order', newOnly: 'New customers join', noGroup: 'There is no such group', noShared: 'This link leads nowhere',
  rewards: { DISCOUNT: 'Leader pays less', FREE_ORDER: 'Leader pays nothing', POINTS: 'Leader gets points' },
  groupStates: { PENDING: 'Awaits its leader', OPEN: 'Open', COMPLETED: 'Complete', MERCHANT: 'Completed by the shop', EXPIRED: 'Not complete', CANCELLED: 'Cancelled' },
  groupEnds: { PENDING: 'It opens when the leader has paid', COMPLETED: 'The shop will ship', MERCHANT: 'Seats stayed empty; the shop honours the price and will ship', EXPIRED: 'Its time is over; the money goes back', CANCELLED: 'Nobody is left; the money goes back' },
  signedIn: (name) => `Signed in: ${name}`, switchUser: 'Be somebody else', nickname: 'Demo nickname', signInAs: 'Sign in',
  trace: 'Three requests', traceHint: 'From opening to paid, these three are the whole path.', step1: 'Look · feed', step2: 'Order · orderPlace', step3: 'Pay · sandboxPay', traceSum: 'Round trips, in all', traceMore: 'All requests', variables: 'Variables',
  member: 'Member', memberPrice: 'Member price', mall: 'For points', payWith: 'Pay', points: (n) => `${n} points`, extras: 'Coupons and points', noCoupon: 'No coupon', toClaim: 'No coupon yet: claim one ›', saves: 'saves ', usePoints: (n) => `Use ${n} points`,
  pointsUsed: 'Points used', pointsEarned: 'Points to earn', pointsGot: 'Points earned', kinds: { HOLD: 'held', CAPTURE: 'spent', RELEASE: 'given back' }, refund: 'Refund', balance: 'Points', heldPoints: (n) => `${n} more are held`, debt: (n) => `${n} owed: what comes in pays them first`, expires: ([n, day]) => `${n} points expire on ${day}`,
  checkIn: 'Check in', checkedIn: 'Checked in', streak: (n) => `Streak: ${n}`, earned: (n) => `Checked in, +${n} points`, toNext: ([n, tier]) => `${n} points to ${tier}`, topTier: 'The highest tier', keepUntil: (day) => `kept until ${day}`,
  codeRenews: 'Show it at the till; it renews itself', coupons: 'Coupons', claim: 'Claim', claimed: 'It is in your wallet', validDays: (n) => `good for ${n} days`, validUntil: (day) => `until ${day}`, from: 'from ', atMost: 'at most ', couponStates: { USABLE: 'Usable', RESERVED: 'To be paid', USED: 'Used', EXPIRED: 'Expired' },
  liveNow: 'Live now', watching: (n) => `${n} watching`, likes: (n) => `${n} likes`, like: 'Like', say: 'Say something…', slow: (n) => `Slow mode: one in ${n} s`, send: 'Send', comments: 'Comments', heldComment: 'It waits for review; only you see it', pinned: 'On show', shelf: 'Shelf', noRoom: 'There is no such room',
  unitsLeft: (n) => `${n} left`, look: 'Have a look', taken: 'Claimed', lottery: 'Lottery', enter: 'Enter', entrants: (n) => `${n} entered`, ticket: (n) => `No. ${n}`, winners: 'Drawn · ', nobody: 'Nobody entered', won: 'won', bought: ([who, n, what]) => `${who} bought ${n} × ${what}`,
  roomStates: { SCHEDULED: 'Starts soon', LIVE: 'On air', PAUSED: 'Paused', ENDED: 'Over', BANNED: 'Closed' }, roles: { HOST: 'host', CO_HOST: 'co-host', MODERATOR: 'moderator' },
  statement: 'Statement', after: (n) => `${n} left`,
  states: { PENDING_PAYMENT: 'To pay', AWAITING_GROUP: 'Awaiting group', PAID: 'Paid', SHIPPED: 'Shipped', DELIVERED: 'Delivered', COMPLETED: 'Completed', CANCELLED: 'Cancelled', REFUNDING: 'Refunding', REFUNDED: 'Refunded' },
  codes: {
    RATE_LIMITED: 'Too fast; take a breath', OVERLOADED: 'Very busy now; one moment', UNAVAILABLE: 'Not available now; try again later', BUSY_RETRY: 'Busy; please press again', UNAUTHENTICATED: 'Please sign in',
    TOKEN_EXPIRED: 'The session has expired; press again', INTERNAL: 'Something went wrong on the server', NETWORK: 'No connection', OUT_OF_STOCK: 'Too late: not enough in stock', GROUP_FULL: 'This group is full', GROUP_CLOSED: 'This group has ended', ALREADY_MEMBER: 'You are in it already', NEW_CUSTOMERS_ONLY: 'For new customers only', LIMIT_PER_SHOPPER: 'You have reached the limit', TOO_OFTEN: 'Too many seats let go; try again later',
  },
};

export const language = localStorage.getItem('kaituan.language') ?? 'zh-CN';
const words = language === 'en' ? en : zh;

// t is the word of that name; words with a number take it as the second argument.
export function t(name, value) {
  const word = words[name];
  return typeof word === 'function' ? word(value) : word;
}

const written = (parts) => (time) => new Date(time).toLocaleString(language, { month: 'numeric', day: 'numeric', ...parts });
export const when = written({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const day = written({ year: 'numeric' });

export function switchLanguage() {
  localStorage.setItem('kaituan.language', language === 'en' ? 'zh-CN' : 'en');
  location.reload();
}
