import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['packages/testing/src/postgres-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          // Real processes that are killed and frozen: one file at a time, so that they have the machine.
          name: 'faults',
          include: ['apps/*/faults/**/*.test.ts'],
          testTimeout: 120_000,
          maxConcurrency: 3,
          fileParallelism: false,
        },
      },
    ],
  },
});
