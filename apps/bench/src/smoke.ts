import type { Bench } from './bench-row.ts';
import { runFloor } from './send/floor.ts';
import { startOurWorker } from './send/ours.ts';
import { runGraphile } from './send/peers/graphile.ts';
import { runJobPerMessage } from './send/peers/job-per-message.ts';
import { runLoopingJob } from './send/peers/looping-job.ts';
import { openStage, type Stage } from './send/stage.ts';

/**
 * Runs each case of the send bench once at a size that says nothing about speed: every one has to end with all
 * rows sent, so a bench that has stopped working is noticed before somebody needs its numbers.
 */
export const smokeBench: Bench = async function* ({ tell }) {
  const stage = await openStage();
  const cases: [name: string, count: number, run: (stage: Stage, count: number) => Promise<number>][] = [
    ['our send path', 2_000, runOurs],
    ['looping job', 50, runLoopingJob],
    ['job a message', 200, runJobPerMessage],
    ['graphile-worker', 500, runGraphile],
    ['bare statements', 2_000, runFloor],
  ];
  try {
    for (const [name, count, run] of cases) {
      tell(`${name}, ${count} messages`);
      const seconds = await run(stage, count);
      yield {
        bench: 'smoke',
        row: name,
        unit: 's',
        ours: seconds,
        peers: {},
        ratio: null,
        goal: 'ends',
        ok: true,
      };
    }
  } finally {
    await stage.close();
  }
};

async function runOurs(stage: Stage, count: number): Promise<number> {
  const worker = await startOurWorker(stage);
  try {
    return (await worker.run(count)).seconds;
  } finally {
    await worker.close();
  }
}
