import { keepChoice, readChoice } from './storage.ts';

/** `system` follows the operating system. */
export type Theme = 'light' | 'dark' | 'system';

/** The stored choice; `public/theme.js` applies the same rule before the first paint. */
export function storedTheme(): Theme {
  const stored = readChoice('theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Keeps the choice and repaints at once, without animating every colour of the page. */
export function applyTheme(theme: Theme): void {
  keepChoice('theme', theme === 'system' ? null : theme);
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  const root = document.documentElement;
  root.classList.add('no-transitions');
  root.classList.toggle('dark', dark);
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#0c1211' : '#fafcfb');
  requestAnimationFrame(() => requestAnimationFrame(() => root.classList.remove('no-transitions')));
}

/** Follows the system while the choice is `system`. Returns the way to stop. */
export function followSystemTheme(): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const onChange = () => {
    if (storedTheme() === 'system') applyTheme('system');
  };
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}
