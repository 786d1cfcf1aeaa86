/**
 * Every root script: the program it runs (relative to the root), its first arguments, and whether the dashboard
 * must be built before.
 *
 * @type {Record<string, { program: string, args: string[], needsWeb?: boolean }>}
 */
export const commands = {
  start: { program: 'apps/cli/src/main.ts', args: ['start'], needsWeb: true },
  demo: { program: 'apps/cli/src/main.ts', args: ['demo'] },
  zaphub: { program: 'apps/cli/src/main.ts', args: [] },
  bench: { program: 'apps/bench/src/main.ts', args: [] },
  check: { program: 'scripts/check.mjs', args: [] },
  test: { program: 'scripts/test.mjs', args: [] },
  faults: { program: 'scripts/faults.mjs', args: [] },
  mutation: { program: 'scripts/mutation.mjs', args: [] },
};
