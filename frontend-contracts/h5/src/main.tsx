import './style/base.css';
import './style/cards.css';
import { render } from 'preact';
import { App } from './app';
import { openShared } from './shared';
import { loadWords } from './words';

// A page of an earlier build may ask for files that are gone.
addEventListener('vite:preloadError', () => location.reload());

openShared();
loadWords().then(() => render(<App />, document.getElementById('app')!));
