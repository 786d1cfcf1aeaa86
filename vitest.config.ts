import { defineConfig } from 'vitest/config';

const postgres = { globalSetup: ['packages/testing/src/postgres-setup.ts'] };

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // With `--coverage`: the concurrency library, which `npm test` holds to these numbers.
    coverage: {
      provider: 'v8',
      include: ['packages/concurrency/src/**/*.ts'],
      reporter: [['text', { skipFull: true }]],
      reportsDirectory: 'node_modules/.cache/zaphub/coverage',
      thresholds: { lines: 95, branches: 95 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'concurrency',
          include: ['packages/concurrency/{src,tests}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...postgres,
          name: 'unit',
          exclude: ['**/node_modules/**', 'packages/concurrency/**'],
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          ...postgres,
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
