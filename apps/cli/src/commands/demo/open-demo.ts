import { resolve } from 'node:path';
import type { Database, TenantScope } from '@zaphub/db';
import type { Locale } from '@zaphub/types';
import type { CommandContext } from '../../command.ts';
import { PlainError } from '../../plain-error.ts';
import { repositoryRoot } from '../../repository.ts';
import { supervise } from '../start/supervise.ts';
import { createDemoTenant, openDemoDatabase } from './demo-database.ts';
import { openDemoHome } from './demo-home.ts';
import type { DemoHome } from './demo-home.ts';
import { texts } from './demo-texts.ts';
import { workerEnvironment } from './worker-environment.ts';

/** Everything a demo runs on: a folder, a database with one tenant, and a worker process. */
export interface RunningDemo {
  readonly home: DemoHome;
  readonly db: Database;
  readonly scope: TenantScope;
  /** Aborts when the person wants to stop, or when the worker cannot be kept running (with a PlainError). */
  readonly signal: AbortSignal;
  /** Ends the worker and waits until it is gone. Idempotent. */
  stopWorker(): Promise<void>;
  /** Ends everything and removes the folder. Idempotent. */
  close(): Promise<void>;
}

const workerMain = resolve(repositoryRoot, 'apps/worker/src/main.js');
const stopTimeoutMs = 15_000;
/** Deaths of the worker in one demo after which it is not going to work. */
const mostCrashes = 5;

/** Starts it all; what was started is ended again when something fails. */
export async function openDemo(
  context: CommandContext,
  options: { demoDir: string; country: string; locale: Locale; logLevel: string },
): Promise<RunningDemo> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let one = closers.pop(); one; one = closers.pop()) await one();
  };
  try {
    const home = await openDemoHome(options.demoDir);
    closers.push(() => home.close());
    const database = await openDemoDatabase(home.postgresDir, context.signal);
    closers.push(() => database.close());
    const { db, systemUrl } = database;
    const scope = await createDemoTenant(db, options);

    const broken = new AbortController();
    let crashes = 0;
    const worker = supervise({
      name: 'worker',
      main: workerMain,
      env: workerEnvironment(context.env, { home, systemUrl, logLevel: options.logLevel }),
      stopTimeoutMs,
      onLine: context.tell,
      onCrash: (how) => {
        context.tell(`${texts[context.language].workerEnded} (${how})`);
        if (++crashes >= mostCrashes) broken.abort(new PlainError(workerBroken.text, workerBroken.remedy));
      },
    });
    const stopWorker = (): Promise<void> => worker.stop(context.force);
    closers.push(stopWorker);
    const signal = AbortSignal.any([context.signal, broken.signal]);
    return { home, db, scope, signal, stopWorker, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const workerBroken = {
  text: {
    en: 'The worker cannot be kept running.',
    'pt-BR': 'O processo de envio não fica de pé.',
  },
  remedy: {
    en: 'Nothing more was sent. Its messages above say why; `npm run zaphub -- doctor` checks this machine.',
    'pt-BR':
      'Nada mais foi enviado. As mensagens dele acima dizem por quê; `npm run zaphub -- doctor` verifica esta máquina.',
  },
};
