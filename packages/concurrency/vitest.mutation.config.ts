import { defineConfig } from 'vitest/config';

/** The tests that the mutation run of `stryker.config.mjs` repeats for each mutant. */
export default defineConfig({
  test: {
    include: ['src/{channels,sync,waiting}/**/*.test.ts'],
    // Tests of how long something takes notice little else, and would take that long for each mutant.
    testNamePattern: /^(?!.*takes as long)/,
    // A mutant may make a test wait for ever; that is noticed soon.
    testTimeout: 5_000,
  },
});
