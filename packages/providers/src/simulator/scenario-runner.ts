import { createHash } from 'node:crypto';
import type { ActionLog } from './action-log.ts';
import type { SimulatorAction, SimulatorScenario } from './scenario.ts';

/** Makes the steps of a scenario happen, each once. */
export interface ScenarioRunner {
  /** Tells of a request before it is judged. */
  count(connection: string): void;
  close(): void;
}

interface Step {
  readonly id: string;
  readonly actions: readonly SimulatorAction[];
}

/** Steps that have happened, in this process or another, do not happen again. */
export function runScenario(log: ActionLog, { steps }: SimulatorScenario): ScenarioRunner {
  const timers: NodeJS.Timeout[] = [];
  const byCount = new Map<string, Map<number, Step[]>>();
  const counts = new Map<string, number>();
  const perform = ({ id, actions }: Step, connection?: string): void => {
    for (const [i, action] of actions.entries()) {
      // Whoever writes does so to the number that is sending.
      const isPersonal = action.do === 'inbound' || action.do === 'preference';
      const aimed =
        isPersonal && action.connection === undefined && connection !== undefined
          ? { ...action, connection }
          : action;
      log.perform(aimed, `${id}:${i}`);
    }
  };

  for (const [i, { at, happens }] of steps.entries()) {
    const step: Step = {
      id: idOf(i, { at, happens }),
      actions: Array.isArray(happens) ? happens : [happens],
    };
    if ('afterMs' in at) {
      const timer = setTimeout(perform, Math.max(0, log.startedAtMs + at.afterMs - Date.now()), step);
      timer.unref();
      timers.push(timer);
      continue;
    }
    const key = at.connection ?? '';
    const steps = byCount.get(key) ?? new Map<number, Step[]>();
    byCount.set(key, steps.set(at.message, [...(steps.get(at.message) ?? []), step]));
  }

  const countOne = (key: string, connection: string): void => {
    const steps = byCount.get(key);
    if (steps === undefined) return;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    for (const step of steps.get(count) ?? []) perform(step, connection);
  };

  return {
    count(connection) {
      if (byCount.size === 0) return;
      countOne('', connection);
      countOne(connection, connection);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** By what it says, too: another scenario in the same folder has steps of its own. */
function idOf(index: number, step: SimulatorScenario['steps'][number]): string {
  const digest = createHash('sha256').update(JSON.stringify(step)).digest('hex');
  return `step:${index}:${digest.slice(0, 12)}`;
}
