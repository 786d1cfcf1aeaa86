/** Small choices kept in this browser. Where storage is forbidden they last as long as the page. */
const prefix = 'zaphub.';

/** The kept choice, or null. */
export function readChoice(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

/** Keeps a choice; null forgets it. */
export function keepChoice(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // Private windows may refuse; the choice then simply does not outlive the page.
  }
}
