import { defineConfig } from 'vitest/config';

/** The tests that the mutation run of `stryker.config.mjs` repeats for each mutant. */
export default defineConfig({
  test: { include: ['src/{channels,sync,waiting}/**/*.test.ts'] },
});
