import { join } from 'node:path';
import { compileTemplate } from '@zaphub/features';
import { readJournal } from '@zaphub/providers';
import { AppError } from '@zaphub/types';
import type { CommandContext, RunCommand } from '../../command.ts';
import { parseConfig } from '../../config.ts';
import { PlainError } from '../../plain-error.ts';
import { BadInput } from './bad-input.ts';
import { checkContactsFile } from './check-contacts-file.ts';
import { defaultTemplate, localeOf } from './default-template.ts';
import { parseDemoOptions } from './demo-options.ts';
import type { DemoOptions } from './demo-options.ts';
import { demoResult, demoSummary } from './demo-result.ts';
import { texts } from './demo-texts.ts';
import { importContacts } from './import-contacts.ts';
import { openDemo } from './open-demo.ts';
import { missingVariables, readReasons } from './outcome-reasons.ts';
import { createProgressBar } from './progress-bar.ts';
import { sendCampaign } from './send-campaign.ts';
import { UsageError } from './usage-error.ts';
import { writeReport } from './write-report.ts';

/**
 * `zaphub demo`: imports a file of contacts into a database of its own, sends a campaign to them through the
 * simulator with a real worker process, writes the report, and removes everything but the report. Exit code 2
 * for what cannot be used: arguments, the file, or the text.
 */
export const demo: RunCommand = async (context) => {
  try {
    const { INIT_CWD: calledFrom } = context.env;
    const options = parseDemoOptions(context.args, calledFrom ?? '.');
    const body = options.template ?? defaultTemplate(options.country);
    checkTemplate(body);
    await checkContactsFile(options.contacts);
    return await run(context, options, body);
  } catch (error) {
    if (!(error instanceof BadInput) && !(error instanceof UsageError)) throw error;
    context.tell(`${error.text[context.language]} ${error.remedy[context.language]}`);
    return 2;
  }
};

async function run(context: CommandContext, options: DemoOptions, body: string): Promise<number> {
  const words = texts[context.language];
  const config = parseConfig(context.env);
  const demoDir = join(config.homeDir, 'demo');
  const { country } = options;
  const locale = localeOf(country);
  const bar = createProgressBar(context);
  bar.begin(words.starting);
  const demo = await openDemo(context, { demoDir, country, locale, logLevel: config.logLevel });
  const { db, scope, home, signal } = demo;
  try {
    const startedAt = performance.now();
    bar.begin(words.importing);
    const imported = await importContacts(db, scope, {
      path: options.contacts,
      filesDir: home.filesDir,
      country,
      bar,
      signal,
    });
    const missing = await missingVariables(db, scope, body, context.language);
    if (imported.contacts > 0 && missing !== undefined) {
      bar.end();
      context.tell(missing);
    }
    const send = { body, ratePerSecond: options.ratePerSecond, labels: words, bar, signal };
    const outcome = imported.contacts > 0 ? await sendCampaign(db, scope, send) : undefined;
    const seconds = (performance.now() - startedAt) / 1000;

    bar.begin(words.reporting);
    await demo.stopWorker();
    const report = outcome ? reportPath(demoDir) : null;
    if (outcome && report !== null) {
      await writeReport(db, scope, { campaignId: outcome.campaign.id, locale, path: report, signal });
    }
    const reasons = await readReasons(db, scope, context.language);
    const { duplicates } = await readJournal(home.journalDir);
    bar.end();
    const result = demoResult(outcome?.campaign, { duplicates, invalid: imported.invalid, seconds, report });
    if (options.isJson) context.print(JSON.stringify(result));
    else {
      const { sendSeconds = 0 } = outcome ?? {};
      const { repeated } = imported;
      context.print(demoSummary(result, { sendSeconds, repeated, reasons }, context.language));
    }
    if (outcome) return 0;
    context.tell(words.nobody);
    return 2;
  } catch (error) {
    // A wait that was broken off says only that; the signal knows why.
    if (signal.aborted && signal.reason instanceof PlainError) throw signal.reason;
    throw error;
  } finally {
    bar.end();
    await demo.close();
    if (context.signal.aborted) context.tell(words.stopped);
  }
}

function reportPath(demoDir: string): string {
  return join(demoDir, `report-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.csv`);
}

/** @throws BadInput for a text that is not a template */
function checkTemplate(body: string): void {
  try {
    compileTemplate(body);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'template_invalid') throw error;
    const detail = error.publicMessage ?? { en: error.message, 'pt-BR': error.message };
    throw new BadInput(
      {
        en: `The template cannot be used. ${detail.en}.`,
        'pt-BR': `O modelo não pode ser usado. ${detail['pt-BR']}.`,
      },
      { en: 'Nothing was sent. Correct --template.', 'pt-BR': 'Nada foi enviado. Corrija --template.' },
      { cause: error },
    );
  }
}
