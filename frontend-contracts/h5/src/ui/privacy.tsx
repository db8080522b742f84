import { ConsentSetDocument, ShopperEraseDocument, ShopperExportDocument, type ConsentPurpose } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { client, done } from '../api';
import { go } from '../router';
import { t } from '../words';
import { Act } from './button';
import { Icon } from './icons';
import { Sheet } from './sheet';
import { toast } from './toast';

const purposes: ConsentPurpose[] = ['PERSONALISATION', 'MARKETING_MESSAGES', 'PARTNER_SHARING'];
const TEXT = 'h5-1'; // names what is asked below; another text, another name

/** Consents, a copy of everything, and the end of it. */
export function Privacy({ consents, reload }: { consents: { purpose: ConsentPurpose; granted: boolean }[]; reload: () => Promise<void> }) {
  const [file, setFile] = useState<string>();
  const [erasing, setErasing] = useState(false);
  const granted = (purpose: ConsentPurpose) => consents.some((each) => each.purpose === purpose && each.granted);
  async function decide(purpose: ConsentPurpose) {
    done((await client.mutate(ConsentSetDocument, { input: { purpose, granted: !granted(purpose), textVersion: TEXT } })).consentSet);
    await reload();
  }
  async function erase() {
    const { userErrors: [refusal], blockingOrders, erased } = (await client.mutate(ShopperEraseDocument)).shopperErase;
    if (!erased) return toast(blockingOrders.length ? `${t.blocked} ${blockingOrders.map(({ number }) => number).join(', ')}` : refusal.message);
    toast(t.erased);
    localStorage.removeItem('kaituan.demo'); // the next visitor is somebody else
    await client.signOut().catch(() => {});
    go('#/');
  }
  return (
    <section class="panel privacy">
      <h2><Icon name="eye" /> {t.privacy}</h2>
      {purposes.map((purpose) => (
        <div class="row" key={purpose}><span id={purpose}>{t.consents[purpose]}</span><button type="button" role="switch" class="switch" aria-checked={granted(purpose)} aria-labelledby={purpose} onClick={() => decide(purpose)} /></div>
      ))}
      <div class="actions">
        {file ? <a class="button ghost small" href={file} download>{t.exportReady}</a> : <Act class="ghost small" run={async () => setFile(new URL(done((await client.mutate(ShopperExportDocument)).shopperExport).url!, location.href).href)}>{t.exportData}</Act>}
        <button class="ghost small danger" onClick={() => setErasing(true)}>{t.erase}</button>
      </div>
      {erasing && <Sheet title={t.erase} close={() => setErasing(false)}><p>{t.eraseWarn}</p><Act class="primary wide" run={async () => { await erase(); setErasing(false); }}>{t.eraseYes}</Act><button class="ghost wide" onClick={() => setErasing(false)}>{t.think}</button></Sheet>}
    </section>
  );
}
