import type { CampaignRow } from '@zaphub/features';
import type { Language } from '../../language.ts';
import type { OutcomeReasons, ReasonCount } from './outcome-reasons.ts';

/** The outcome of a demo, as `--json` prints it. */
export interface DemoResult {
  /** Contacts frozen into the campaign. */
  readonly recipients: number;
  /** Accepted by the network: sent, delivered or read. */
  readonly sent: number;
  /** Delivered or read. */
  readonly delivered: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unknown: number;
  /** Messages that reached a phone beyond the first, by the network's own journal. */
  readonly duplicates: number;
  /** Rows of the file that were refused. */
  readonly invalid: number;
  /** From the first byte of the file to the last receipt. */
  readonly seconds: number;
  /** Absolute path of the report; null when there was nothing to report. */
  readonly report: string | null;
}

/** Puts the numbers together. `campaign` is absent when the file had nobody to send to. */
export function demoResult(
  campaign: CampaignRow | undefined,
  rest: Pick<DemoResult, 'duplicates' | 'invalid' | 'seconds' | 'report'>,
): DemoResult {
  const { total, sent, delivered, read, failed, dlq, skipped, unknown } = campaign ?? nobody;
  return {
    recipients: total,
    sent: sent + delivered + read,
    delivered: delivered + read,
    failed: failed + dlq,
    skipped,
    unknown,
    duplicates: rest.duplicates,
    invalid: rest.invalid,
    seconds: Math.round(rest.seconds * 1000) / 1000,
    report: rest.report,
  };
}

const nobody = { total: 0, sent: 0, delivered: 0, read: 0, failed: 0, dlq: 0, skipped: 0, unknown: 0 };

/** What people want to know beyond the numbers of `--json`. */
export interface DemoDetails {
  readonly sendSeconds: number;
  /** Rows of the file with a phone that an earlier row has. */
  readonly repeated: number;
  readonly reasons: OutcomeReasons;
}

/** The same for people, with the reasons under the numbers that they explain. */
export function demoSummary(result: DemoResult, details: DemoDetails, language: Language): string {
  const { sendSeconds, repeated, reasons } = details;
  const count = new Intl.NumberFormat(language);
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const rate = sendSeconds > 0 ? count.format(Math.round(result.sent / sendSeconds)) : '-';
  const words = labels[language];
  const lines: [string, string][] = [
    [words.recipients, count.format(result.recipients)],
    [words.sent, `${count.format(result.sent)}  (${decimal.format(sendSeconds)} s, ${rate}/s)`],
    [words.delivered, count.format(result.delivered)],
    [words.failed, count.format(result.failed)],
    [words.skipped, count.format(result.skipped)],
    [words.unknown, count.format(result.unknown)],
    [words.duplicates, count.format(result.duplicates)],
    [words.repeated, count.format(repeated)],
    [words.invalid, count.format(result.invalid)],
    [words.report, result.report ?? '-'],
  ];
  const widest = Math.max(...lines.map(([label]) => label.length));
  const table = lines.map(([label, value]) => `  ${label.padEnd(widest)}  ${value}`);
  const list = (title: string, counts: readonly ReasonCount[]) =>
    counts.length === 0
      ? []
      : ['', `  ${title}`, ...counts.map((each) => `    ${count.format(each.count)} × ${each.reason}`)];
  return [
    '',
    ...table,
    ...list(words.whyNotSent, reasons.notSent),
    ...list(words.whyRefused, reasons.refused),
  ].join('\n');
}

const labels = {
  en: {
    recipients: 'Recipients',
    sent: 'Sent',
    delivered: 'Delivered',
    failed: 'Failed',
    skipped: 'Skipped',
    unknown: 'Outcome unknown',
    duplicates: 'Sent twice',
    repeated: 'Rows repeated',
    invalid: 'Rows refused',
    whyNotSent: 'Why some got nothing, or may have got nothing',
    whyRefused: 'Why rows were refused',
    report: 'Report',
  },
  'pt-BR': {
    recipients: 'Destinatários',
    sent: 'Enviadas',
    delivered: 'Entregues',
    failed: 'Com falha',
    skipped: 'Puladas',
    unknown: 'Sem resposta',
    duplicates: 'Enviadas em dobro',
    repeated: 'Linhas repetidas',
    invalid: 'Linhas recusadas',
    whyNotSent: 'Por que alguns não receberam, ou talvez não',
    whyRefused: 'Por que linhas foram recusadas',
    report: 'Relatório',
  },
} satisfies Record<
  Language,
  Record<Exclude<keyof DemoResult, 'seconds'> | 'repeated' | 'whyNotSent' | 'whyRefused', string>
>;
