const zh = {
  console: '直播台', signIn: '登录', signOut: '退出', name: '演示账号', notHost: '这个账号不能开直播', language: 'English', back: '全部房间',
  rooms: '我的直播间', newRoom: '新建直播间', title: '标题', shelf: '货架', create: '创建', none: '还没有', search: '找商品',
  states: { SCHEDULED: '未开播', LIVE: '直播中', PAUSED: '暂停', ENDED: '已结束', BANNED: '已关闭' },
  start: '开播', resume: '继续', pause: '暂停', end: '结束', sure: '确定？', ingest: '推流地址',
  connection: { connecting: '连接中…', open: '实时', reconnecting: '正在重连…', closed: '已断开' }, caughtUp: (n: number) => `已追上 ${n} 条`,
  viewers: '在线人数', peak: '最高', likes: '点赞', orders: '订单', sales: '销售额', perMinute: '条评论/分钟',
  pin: '讲解', unpin: '取消讲解', pinned: '讲解中', note: '说明', save: '保存', editShelf: '编辑货架', stock: '件',
  offers: '限时价', sku: '规格', price: '价格', quota: '份数', seconds: '秒', run: '开始', stop: '结束', left: '剩', soldOut: '抢光了',
  drops: '红包雨', coupon: '优惠券', quantity: '个数', rain: '撒红包', noCoupons: '没有可用的券',
  lottery: '抽奖', prize: '奖品', winners: '名额', draw: '开奖', entries: '人参与', seedHash: '开奖前承诺', entriesHash: '名单指纹', seed: '公开种子', won: '中奖', nobody: '无人参与',
  comments: '评论', held: '待审核', approve: '通过', reject: '不通过', hide: '隐藏', mute: '禁言 10 分钟', moderator: '设为房管', say: '以主播身份说…', send: '发送', slow: '慢速', off: '关', quiet: '还没有人说话',
  questions: '提问', answer: '回答', roles: { VIEWER: '', MODERATOR: '房管', CO_HOST: '联播', HOST: '主播' } as Record<string, string>,
  bought: (who: string, what: string, n: number) => `${who} 买了 ${n} 件 ${what}`, done: '好了', network: '网络不太好，请再试一次', failed: '出了点问题', shortcuts: '快捷键', loading: '正在加载…', again: '再试一次',
  keys: [['S', '开播、暂停'], ['1–9', '讲解货架上的第几件'], ['0', '取消讲解'], ['O', '限时价'], ['D', '红包雨'], ['L', '抽奖'], ['C', '说话'], ['?', '快捷键']],
};

export type Words = typeof zh;

const en: Words = {
  console: 'Live console', signIn: 'Sign in', signOut: 'Sign out', name: 'Demo account', notHost: 'This account may not run rooms', language: '中文', back: 'All rooms',
  rooms: 'My rooms', newRoom: 'New room', title: 'Title', shelf: 'Shelf', create: 'Create', none: 'None yet', search: 'Find products',
  states: { SCHEDULED: 'Not started', LIVE: 'On air', PAUSED: 'Paused', ENDED: 'Ended', BANNED: 'Closed' },
  start: 'Go live', resume: 'Resume', pause: 'Pause', end: 'End', sure: 'Sure?', ingest: 'Push address',
  connection: { connecting: 'Connecting…', open: 'Live', reconnecting: 'Reconnecting…', closed: 'Disconnected' }, caughtUp: (n) => `caught up, ${n} events`,
  viewers: 'Audience', peak: 'peak', likes: 'Likes', orders: 'Orders', sales: 'Sales', perMinute: 'comments a minute',
  pin: 'Pin', unpin: 'Unpin', pinned: 'Pinned', note: 'Note', save: 'Save', editShelf: 'Edit shelf', stock: 'units',
  offers: 'Offers', sku: 'Variant', price: 'Price', quota: 'Units', seconds: 'Seconds', run: 'Start', stop: 'Stop', left: 'left', soldOut: 'sold out',
  drops: 'Coupon rain', coupon: 'Coupon', quantity: 'How many', rain: 'Let it rain', noCoupons: 'No coupons to give',
  lottery: 'Lottery', prize: 'Prize', winners: 'Winners', draw: 'Draw', entries: 'entered', seedHash: 'Committed to', entriesHash: 'Hash of entries', seed: 'Seed', won: 'Won', nobody: 'nobody entered',
  comments: 'Comments', held: 'Held for review', approve: 'Approve', reject: 'Reject', hide: 'Hide', mute: 'Mute 10 min', moderator: 'Make moderator', say: 'Say as host…', send: 'Send', slow: 'Slow mode', off: 'off', quiet: 'Nobody has spoken yet',
  questions: 'Questions', answer: 'Answer', roles: { VIEWER: '', MODERATOR: 'mod', CO_HOST: 'co-host', HOST: 'host' },
  bought: (who, what, n) => `${who} bought ${n} × ${what}`, done: 'Done', network: 'The network is bad, try again', failed: 'Something went wrong', shortcuts: 'Shortcuts', loading: 'Loading…', again: 'Try again',
  keys: [['S', 'Go live, pause'], ['1–9', 'Pin that one of the shelf'], ['0', 'Unpin'], ['O', 'Offer'], ['D', 'Coupon rain'], ['L', 'Lottery'], ['C', 'Speak'], ['?', 'Shortcuts']],
};

const kept = 'host.language';

/** What the server says comes in the same language. */
export const language = localStorage.getItem(kept) === 'en' ? 'en' : 'zh-CN';
export const t = language === 'en' ? en : zh;

export function switchLanguage() {
  localStorage.setItem(kept, language === 'en' ? 'zh-CN' : 'en');
  location.reload();
}
