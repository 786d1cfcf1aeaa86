/** What one worker process does: the queues' work, the sessions of numbers, or both. */
export const roles = ['queues', 'connections'] as const;
export type Role = (typeof roles)[number];

/**
 * The roles that the command line names: `--queues`, `--connections`; both when it names none.
 * @returns the arguments that are no role, when there are any
 */
export function readRoles(args: readonly string[]): {
  readonly roles: ReadonlySet<Role>;
  readonly unknown: readonly string[];
} {
  const named = roles.filter((role) => args.includes(`--${role}`));
  return {
    roles: new Set(named.length === 0 ? roles : named),
    unknown: args.filter((arg) => !roles.some((role) => arg === `--${role}`)),
  };
}
