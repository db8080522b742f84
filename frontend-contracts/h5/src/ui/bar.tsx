import type { ComponentChildren } from 'preact';
import { t } from '../words';
import { Icon } from './icons';

/** The top of every page but the first. */
export const Bar = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <header class="bar">
    <button class="plain" onClick={() => (history.length > 1 ? history.back() : (location.hash = '#/'))} aria-label={t.back}><Icon name="back" size={22} /></button>
    <h1>{title}</h1>
    <span class="bar-end">{children}</span>
  </header>
);
