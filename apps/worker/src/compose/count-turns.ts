import type { SendingEngine } from '@zaphub/features';
import type { Stats } from '@zaphub/kernel';

/**
 * The engine with its turns counted: how many, and what they sent (`engine.turns`, `engine.sent`, `engine.busy` for lanes
 * that somebody else holds). Not how long: a turn is as long as it may be, and would fill the list of slow operations.
 */
export function countTurns<E extends Pick<SendingEngine, 'runTurn'>>(engine: E, stats: Stats): E {
  return {
    ...engine,
    async runTurn(...turn: Parameters<SendingEngine['runTurn']>) {
      const result = await engine.runTurn(...turn);
      stats.increment('engine.turns');
      if (result.sent > 0) stats.increment('engine.sent', result.sent);
      if (result.outcome === 'busy') stats.increment('engine.busy');
      return result;
    },
  };
}
