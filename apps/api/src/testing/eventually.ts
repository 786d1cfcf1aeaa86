import { vi } from 'vitest';

/** Waits until a check holds; ten seconds, because the machine may be busy with everything else. */
export function eventually<T>(
  check: () => T | Promise<T>,
  options: { timeout?: number; interval?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10, ...options });
}
