// What all pages share: the client, who is signed in, and the shop's clock.
import {
  createClient, SandboxPayDocument, ShareLinkDocument, tt as douyin, wx as wechat, type KaituanError, type PaymentStateFragment, type RefusalFragment, type ShareCardFragment,
} from '@kaituan/client';
import { money } from './words';

export const client = createClient({
  platform: PLATFORM === 'wechat' ? wechat() : douyin(),
  url: SHOP_URL,
  channel: CHANNEL,
  locale: 'zh-CN',
  login: () => (DEMO_NAME ? Promise.resolve(`demo:${DEMO_NAME}`) : code()),
});

function code(): Promise<string> {
  return new Promise((resolve, reject) => wx.login({ success: (got) => resolve(got.code), fail: reject }));
}

let signing: Promise<boolean> | undefined;

/** Signs in where nobody is; who came by a link is bound to its sharer. False when that failed: pages then show what everybody sees. */
export function signedIn(referralToken?: string): Promise<boolean> {
  if (client.session()) return Promise.resolve(true);
  signing = signing || client.signIn({ referralToken: referralToken || null }).then(() => true, () => {
    signing = undefined;
    return false;
  });
  return signing;
}

/** The id of what a page was opened with: as it is, or behind a share's token or a QR code's scene. */
export function opened(query: Record<string, string | undefined>): Promise<string> {
  const token = query.t || query.scene;
  if (query.id || !token) return Promise.resolve(query.id || '');
  return client.query(ShareLinkDocument, { token: decodeURIComponent(token) }).then(({ shareLink }) => {
    const target = shareLink && shareLink.target;
    if (!target) return '';
    return target.__typename === 'GroupBuyCampaign' ? target.product.id : target.id; // a campaign is shown on its product's page
  });
}

/** What a page gives to whom it is shared with; all of it was fetched with the page, since a share sheet waits for nothing. */
export function sharing(card: ShareCardFragment | null | undefined, title: string) {
  return card ? { title: card.title, path: `/${card.miniProgramPath}`, imageUrl: card.imageUrl || '' } : { title, path: '/pages/index/index' };
}

let ahead = 0;

/** Notes the shop's time, by which countdowns go: a phone's clock may be wrong. */
export function clock(serverTime: string): void {
  ahead = Date.parse(serverTime) - Date.now();
}

export const now = (): number => Date.now() + ahead;

/** Runs at once and each second until the function that it returns is called. */
export function everySecond(run: () => void): () => void {
  run();
  const timer = setInterval(run, 1000);
  return () => clearInterval(timer);
}

export function say(title: string): void {
  wx.showToast({ title, icon: 'none' });
}

/** Tells what went wrong on the way; the shop's own words come with userErrors. */
export function failed(error: KaituanError): void {
  say(error.code === 'NETWORK' ? '网络不太好，请再试一次' : '出了点问题，请稍后再试');
}

/** Shows why the shop refused, and says whether it did. */
export function refused(userErrors: RefusalFragment[]): boolean {
  if (userErrors.length) say(userErrors[0].message);
  return userErrors.length > 0;
}

/** Opens the payment sheet and resolves when it has closed. Whether the shop has the money is told by the order, not by this. */
export function pay(payment: PaymentStateFragment): Promise<void> {
  if (payment.provider === 'SANDBOX') return playPayment(payment);
  if (PLATFORM !== 'wechat') {
    say('请在微信中付款');
    return Promise.resolve();
  }
  const parameters: Record<string, string> = {};
  payment.parameters.forEach(({ name, value }) => { parameters[name] = value; });
  return new Promise((resolve) => wx.requestPayment(Object.assign(parameters as any, { complete: () => resolve() })));
}

function playPayment({ id, amount }: PaymentStateFragment): Promise<void> {
  return new Promise((resolve) => {
    wx.showModal({
      title: '沙箱支付',
      content: `确认支付 ${money(amount)}？`,
      confirmText: '支付',
      success({ confirm }) {
        if (!confirm) return resolve();
        client.mutate(SandboxPayDocument, { input: { paymentId: id } }).then(({ sandboxPay }) => { refused(sandboxPay.userErrors); }, failed).then(resolve);
      },
      fail: () => resolve(),
    });
  });
}
