import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase } from '@zaphub/db';
import { verifyLedger, type VerifyReport } from '@zaphub/features';
import { fromPublicId } from '@zaphub/types';
import type { CommandContext, RunCommand } from '../../command.ts';
import { parseConfig } from '../../config.ts';
import type { Language } from '../../language.ts';
import { PlainError } from '../../plain-error.ts';
import { createProgressLines } from '../../progress-lines.ts';
import { openServices } from '../../services/open-services.ts';
import { invariantTexts, texts } from './texts.ts';

/**
 * `zaphub verify [--campaign cmp_…] [--journal FOLDER] [--json]`: checks the ledger against the simulator's journal
 * and says of each invariant whether it holds. Only reads; may run while messages go out. Exit code 1 when one is
 * violated.
 */
export const verify: RunCommand = async (context) => {
  const { env, language, signal, print, tell } = context;
  const options = readOptions(context);
  const config = parseConfig(env);
  const progress = createProgressLines(tell);
  const services = await openServices(config, { language, progress, signal, attach: true });
  const db = createDatabase({
    connectionString: services.urls.system,
    applicationName: 'zaphub-verify',
    statementTimeoutMs: 0,
  });
  try {
    progress.done();
    const journalDir =
      options.journalDir ?? env['SIMULATOR_JOURNAL_DIR'] ?? join(config.homeDir, 'simulator');
    const report = await verifyLedger(db, { journalDir, campaignId: options.campaignId });
    if (options.isJson) print(JSON.stringify(report));
    else for (const line of reportLines(report, language)) print(line);
    return report.isClean ? 0 : 1;
  } finally {
    await db.close();
    await services.close();
  }
};

interface VerifyArguments {
  readonly campaignId: string | undefined;
  readonly journalDir: string | undefined;
  readonly isJson: boolean;
}

function readOptions({ args }: CommandContext): VerifyArguments {
  const options = {
    campaign: { type: 'string' },
    journal: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw new PlainError(
      texts.badOption(error instanceof Error ? error.message : String(error)),
      texts.usage,
    );
  }
  const campaignId = values.campaign === undefined ? undefined : fromPublicId('campaign', values.campaign);
  if (values.campaign !== undefined && campaignId === undefined) {
    throw new PlainError(texts.badCampaign, texts.usage);
  }
  return { campaignId, journalDir: values.journal, isJson: values.json === true };
}

/** A line for each invariant, and the first violations under it. */
export function reportLines(report: VerifyReport, language: Language): string[] {
  const { messages, journal } = report;
  return [
    texts.scope(messages, journal.deliveries)[language],
    ...report.invariants.flatMap(({ name, isKept, count, violations }) => [
      `${isKept ? '✔' : '✘'} ${name}: ${invariantTexts[name][language]}${isKept ? '' : ` (${count})`}`,
      ...violations.map(({ id, problem }) => `    ${id}  ${problem}`),
    ]),
    (report.isClean ? texts.clean : texts.violated)[language],
  ];
}
