import zh from './words/zh';

export type Words = typeof zh;

/** The page's language; what the server says comes in the same one. Chinese unless somebody chose otherwise. */
export const language = localStorage.getItem('kaituan.language') === 'en' ? 'en' : 'zh-CN';

/** The page's words. */
export let t: Words = zh;

/** Loads the words before the first render; English is a file of its own. */
export async function loadWords() {
  document.documentElement.lang = language;
  if (language === 'en') t = (await import('./words/en')).default;
}

export function switchLanguage() {
  localStorage.setItem('kaituan.language', language === 'en' ? 'zh-CN' : 'en');
  location.reload();
}

const written = (parts: Intl.DateTimeFormatOptions) => (time: string) => new Date(time).toLocaleString(language, parts);
export const when = written({ month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });
export const day = written({ year: 'numeric', month: 'numeric', day: 'numeric' });
