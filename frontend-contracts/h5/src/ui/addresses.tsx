import { AddressSaveDocument, type AddressLineFragment } from '@kaituan/client';
import { useState } from 'preact/hooks';
import { client, demoName, done, reason } from '../api';
import { t } from '../words';
import { Icon } from './icons';
import { toast } from './toast';

/** Where an order goes: one of the shopper's addresses, or a new one. */
export function Addresses({ list, chosen, choose, saved }: { list: AddressLineFragment[]; chosen?: string; choose: (id: string) => void; saved: (id: string) => Promise<void> }) {
  const [adding, setAdding] = useState(false);
  return (
    <section class="panel addresses">
      <h2><Icon name="pin" /> {t.address}</h2>
      {list.length > 0 && (
        <fieldset>
          <legend class="hidden">{t.address}</legend>
          {list.map(({ id, recipient, phoneMasked, region, street, isDefault }) => (
            <label key={id}>
              <input type="radio" name="address" checked={id === chosen} onChange={() => choose(id)} />
              <span><b>{recipient}</b> {phoneMasked}{isDefault && <i>{t.defaultAddress}</i>}<small>{region.join(' ')} {street}</small></span>
            </label>
          ))}
        </fieldset>
      )}
      {adding || !list.length ? <AddressForm saved={async (id) => { await saved(id); setAdding(false); }} /> : <button class="ghost small" onClick={() => setAdding(true)}>{t.newAddress}</button>}
    </section>
  );
}

function AddressForm({ saved }: { saved: (id: string) => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  async function save(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name)).trim();
    setBusy(true);
    try {
      const { address } = done((await client.mutate(AddressSaveDocument, { input: { recipient: text('recipient'), phone: text('phone'), region: text('region').split(/\s+/), street: text('street') } })).addressSave);
      await saved(address!.id);
    } catch (error) {
      toast(reason(error));
    }
    setBusy(false);
  }
  return (
    <form class="form" onSubmit={save}>
      <p class="note">{t.demoAddress}</p>
      <label>{t.recipient}<input name="recipient" required maxLength={40} defaultValue={demoName()} autocomplete="name" /></label>
      <label>{t.phone}<input name="phone" type="tel" required defaultValue="13800138000" autocomplete="tel" /></label>
      <label>{t.region}<input name="region" required defaultValue="上海市 徐汇区" placeholder={t.regionHint} /></label>
      <label>{t.street}<input name="street" required maxLength={200} defaultValue="漕溪北路 1 号" autocomplete="street-address" /></label>
      <button class="primary" aria-disabled={busy}>{t.saveAddress}</button>
    </form>
  );
}
