import { useState } from 'preact/hooks';
import { toast } from '@h5/ui/toast';
import { client, wrong } from './api';
import { t } from './words';

export function SignIn() {
  const [name, setName] = useState('host');
  async function enter(event: Event) {
    event.preventDefault();
    try {
      const { scopes } = await client.signIn({ code: `demo:${name.trim()}` });
      if (scopes.includes('HOST')) return;
      toast(t.notHost);
      await client.signOut();
    } catch (error) {
      wrong(error);
    }
  }
  return (
    <form class="card signin" onSubmit={enter}>
      <h1>{t.console}</h1>
      <label>{t.name}<input value={name} onInput={(event) => setName(event.currentTarget.value)} autocomplete="username" required /></label>
      <button class="primary">{t.signIn}</button>
    </form>
  );
}
