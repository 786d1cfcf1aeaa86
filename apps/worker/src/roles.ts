import { jobs, queueNames } from '@zaphub/queues';

/** What one worker process does: the queues' work, the sessions of numbers, or both. */
export const roles = ['queues', 'connections'] as const;
export type Role = (typeof roles)[number];

/** What the command line and the environment say about a worker's work. */
export interface NamedRoles {
  readonly roles: ReadonlySet<Role>;
  /** The queues whose jobs it does; `undefined` for all of them. */
  readonly queueNames: ReadonlySet<string> | undefined;
  /** The arguments that are no role, and the names that are no queue. */
  readonly unknown: readonly string[];
}

/**
 * The roles that the command line names: `--queues`, `--connections`; both when it names none. `--queues a,b` (or, from
 * the environment, `queuesGiven`) does the jobs of these queues only.
 */
export function readRoles(args: readonly string[], queuesGiven?: string): NamedRoles {
  const [rest, list] = takeQueueList(args);
  const named = roles.filter((role) => rest.includes(`--${role}`));
  const chosen = new Set<Role>(named.length === 0 ? roles : named);
  const names = (list ?? queuesGiven)?.split(',').map((name) => name.trim());
  return {
    roles: chosen,
    queueNames: names === undefined || !chosen.has('queues') ? undefined : withSessions(names, chosen),
    unknown: [
      ...rest.filter((arg) => !roles.some((role) => arg === `--${role}`)),
      ...(names ?? []).filter((name) => !queueNames.includes(name)),
    ],
  };
}

/** `--queues a,b` and `--queues=a,b` as `--queues` and the list. */
function takeQueueList(args: readonly string[]): [rest: string[], list: string | undefined] {
  const rest: string[] = [];
  let list: string | undefined;
  for (const arg of args) {
    if (arg.startsWith('--queues=')) {
      rest.push('--queues');
      list = arg.slice('--queues='.length);
    } else if (rest.at(-1) === '--queues' && list === undefined && !arg.startsWith('--')) list = arg;
    else rest.push(arg);
  }
  return [rest, list];
}

/** Whoever keeps sessions opens and closes them, whatever else it does. */
function withSessions(names: readonly string[], chosen: ReadonlySet<Role>): ReadonlySet<string> {
  return new Set([
    ...names,
    ...(chosen.has('connections') ? [jobs['session.init'].queue, jobs['session.close'].queue] : []),
  ]);
}
