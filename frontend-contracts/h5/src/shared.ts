import { ShareLinkDocument, ShareVisitDocument } from '@kaituan/client';
import { client, device, reason, referral } from './api';
import { href, instead } from './router';
import { toast } from './ui/toast';
import { t } from './words';

/** Goes where a shared link leads: /s/<token> has redirected to /?share=<token>. */
export async function openShared() {
  const token = new URLSearchParams(location.search).get('share');
  if (!token) return;
  history.replaceState(null, '', location.pathname + location.hash);
  referral.set(token);
  client.mutate(ShareVisitDocument, { input: { token, deviceId: device } }).catch(() => {}); // a visit that is not counted keeps nobody out
  try {
    const { shareLink } = await client.query(ShareLinkDocument, { token });
    if (!shareLink) return toast(t.noShared);
    const target = shareLink.target;
    switch (target?.__typename) {
      case 'Product': return instead(href('product', target.id));
      case 'GroupBuyCampaign': return instead(href('product', target.product.id, { campaign: target.id }));
      case 'GroupBuy': return instead(href('group', target.id));
      case 'LiveRoom': return instead(href('live', target.id));
      case 'Assist': return instead(href('assist', target.id));
      case 'AssistCampaign': return instead(href('invite', '', { campaign: target.id }));
    } // without a target it is the shop itself
  } catch (error) {
    toast(reason(error));
  }
}
