// `npm run mutation`: changes the primitives one small step at a time and expects a test to notice.
const config = {
  mutate: ['src/{channels,sync,waiting}/**/*.ts', '!src/**/*.test.ts'],
  // Named, since pnpm does not put plugins next to the core, where it would look for them.
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  // TypeScript 7 has no JavaScript interface, which is asked for as soon as this file exists.
  tsconfigFile: 'none.json',
  ignorePatterns: ['.cache', 'docs', 'tests'],
  // Code that runs when a module is loaded: each of its mutants would need all tests.
  ignoreStatic: true,
  // On top of what the tests took without a mutant, for those that make a loop endless.
  timeoutMS: 2000,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: true },
  htmlReporter: { fileName: '.cache/mutation.html' },
  jsonReporter: { fileName: '.cache/mutation.json' },
  thresholds: { high: 95, low: 90, break: 85 },
};

// Stryker reads the default export.
export default config;
