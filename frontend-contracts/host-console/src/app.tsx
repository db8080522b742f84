import { useEffect, useState } from 'preact/hooks';
import { Toasts } from '@h5/ui/toast';
import { client, host } from './api';
import { Console } from './console';
import { Rooms } from './rooms';
import { SignIn } from './signin';
import { switchLanguage, t } from './words';

const chosen = () => decodeURIComponent(location.hash.slice(2)) || null;

export function App() {
  const who = host.use();
  const [room, setRoom] = useState(chosen);
  useEffect(() => {
    const changed = () => setRoom(chosen());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return (
    <>
      <header class="top">
        <a class="brand" href="#/"><b>开团</b> {t.console}</a>
        <div class="row">
          {who && <span class="soft">{client.session()?.shopper.nickname}</span>}
          <button class="link" id="language" onClick={switchLanguage}>{t.language}</button>
          {who && <button class="link" onClick={() => { client.signOut(); location.hash = '#/'; }}>{t.signOut}</button>}
        </div>
      </header>
      <main>{!who ? <SignIn /> : room ? <Console key={room} id={room} /> : <Rooms />}</main>
      <Toasts />
    </>
  );
}
