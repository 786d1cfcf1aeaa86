import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { join } from 'node:path';
import type { Bench, BenchOptions, BenchRow } from '../bench-row.ts';
import { type HttpChild, startHttpChild } from '../http-child.ts';
import { jwtSecret, mintToken } from '../mint-token.ts';
import { median, medianRounds } from '../rounds.ts';
import { openStage, type Stage } from '../send/stage.ts';
import { sendSlowly } from './send-slowly.ts';

const ourServer = join(import.meta.dirname, '../../../api/src/bench/context-server.ts');
const requestsARound = 100;
const warmUps = 200;
const atOnce = 8;
/** Two packets of a body over a network of a city. */
const gapMs = 5;

/**
 * The context of a request (who is calling, in which tenant, with what plan) with the api's own enhancers: built while
 * the body arrives over a socket, or afterwards; and into pooled objects, or fresh ones.
 */
export const contextBench: Bench = async function* (options) {
  const stage = await openStage();
  const child = await startHttpChild(ourServer, [], { DATABASE_URL: stage.urls.api, JWT_SECRET: jwtSecret });
  try {
    const count = requestsARound * options.rounds * 2;
    const tokens = (await createPeople(stage, count + warmUps)).map(mintToken);
    const [known = ''] = tokens;
    const again = Array.from({ length: count }, () => known);
    await compare(child, tokens.slice(count), 0);
    options.tell('first requests');
    yield row('a first request', await compare(child, tokens.slice(0, count), gapMs), 1.1);
    options.tell('a known caller');
    yield row('a known caller', await compare(child, again, gapMs), 0.9);
    yield row('a known caller, body at once', await compare(child, again, 0), 0.9);
    yield await comparePool(child, known, options);
  } finally {
    await child.close();
    await stage.close();
  }
};

/** Each is the owner of a tenant of their own. */
async function createPeople(stage: Stage, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, () => randomUUID());
  await stage.pool.query(
    `select app.create_tenant(id, 'bench@example.com', 'Bench', 'BR', 'en', 'UTC') from unnest($1::uuid[]) id`,
    [users],
  );
  return users;
}

interface Times {
  readonly togetherMs: number;
  readonly inTurnMs: number;
}

/** Asks with one token after the other, in turns of either kind, so that both meet the same moments of the machine. */
async function compare(child: HttpChild, tokens: readonly string[], gap: number): Promise<Times> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const took = { together: new Array<number>(), 'in-turn': new Array<number>() };
  const waiting = [...tokens];
  const go = async (): Promise<void> => {
    for (let token = waiting.pop(); token !== undefined; token = waiting.pop()) {
      const kind = waiting.length % 2 === 0 ? 'together' : 'in-turn';
      took[kind].push(await sendSlowly({ url: `${child.url}/${kind}`, agent, token, gapMs: gap }));
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, go));
  } finally {
    agent.destroy();
  }
  return { togetherMs: median(took.together), inTurnMs: median(took['in-turn']) };
}

/** With nothing to wait for there is nothing to gain, and it must not cost anything either. */
function row(name: string, { togetherMs, inTurnMs }: Times, atLeast: number): BenchRow {
  const ratio = inTurnMs / togetherMs;
  return {
    bench: 'context',
    row: name,
    unit: 'ms',
    ours: togetherMs,
    peers: { in_turn: inTurnMs },
    ratio,
    goal: `in turn >= ${atLeast} x ours`,
    ok: ratio >= atLeast,
  };
}

async function comparePool(
  child: HttpChild,
  token: string,
  { rounds, tell }: BenchOptions,
): Promise<BenchRow> {
  const spin = async (kind: string): Promise<number> => {
    tell(`${kind} contexts`);
    const response = await fetch(`${child.url}/spin/${kind}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return Number(await response.text());
  };
  const rates = await medianRounds({ pooled: () => spin('pooled'), fresh: () => spin('fresh') }, rounds);
  const ratio = rates.pooled / rates.fresh;
  return {
    bench: 'context',
    row: 'pooled contexts',
    unit: 'builds/s',
    ours: rates.pooled,
    peers: { fresh: rates.fresh },
    ratio,
    goal: 'none: wired where it pays',
    ok: true,
    notes: [ratio >= 1.1 ? 'The pool pays on this path.' : 'The pool does not pay here: it stays unwired.'],
  };
}
