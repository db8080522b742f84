import { PhoneCodeSendDocument } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { become, client, demoName, done, reason, signInByPhone } from '../api';
import { t } from '../words';
import { Act } from './button';
import { Sheet } from './sheet';
import { toast } from './toast';

/** Signs somebody in: in the demo by any name, everywhere by a text message's code. */
export function SignIn({ close }: { close: () => void }) {
  const [phone, setPhone] = useState('');
  async function enter(event: SubmitEvent, how: (form: FormData) => Promise<{ shopper: { nickname: string } }>) {
    event.preventDefault();
    try {
      toast(t.signedIn((await how(new FormData(event.currentTarget as HTMLFormElement))).shopper.nickname));
      close();
    } catch (error) {
      toast(reason(error));
    }
  }
  return (
    <Sheet title={t.signIn} close={close}>
      <form class="form" onSubmit={(event) => enter(event, (form) => become(String(form.get('name')).replace(/[^\p{L}\p{N}]/gu, '')))}>
        <label>{t.demoName}<input name="name" required maxLength={24} defaultValue={demoName()} autocomplete="off" /></label>
        <button class="primary">{t.signInAs}</button>
      </form>
      <form class="form" onSubmit={(event) => enter(event, (form) => signInByPhone(phone, String(form.get('code'))))}>
        <h3>{t.byPhone}</h3>
        <label>{t.phone}<input type="tel" required value={phone} onInput={(event) => setPhone(event.currentTarget.value)} autocomplete="tel" /></label>
        <Act class="ghost" run={async () => { done((await client.mutate(PhoneCodeSendDocument, { input: { phone } })).phoneCodeSend); toast(t.codeSent); }}>{t.sendCode}</Act>
        <label>{t.code}<input name="code" required inputMode="numeric" autocomplete="one-time-code" /></label>
        <button class="ghost">{t.signIn}</button>
      </form>
    </Sheet>
  );
}
