import { useSyncExternalStore } from 'react';

/** Matches Tailwind's `md`: below it lists are cards. */
const query = '(max-width: 47.99rem)';

/** Whether the screen is too narrow for tables. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
