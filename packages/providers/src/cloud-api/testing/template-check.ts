import type { GraphComplaint } from './graph-reply.ts';

/** A template as the list of an account shows it. */
export interface GraphTemplate {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly components: readonly {
    readonly type: string;
    readonly text?: string;
    readonly [more: string]: unknown;
  }[];
  readonly parameter_format?: 'POSITIONAL' | 'NAMED';
  readonly [more: string]: unknown;
}

/** What is wrong with sending a template; `undefined` when nothing is. */
export function templateComplaint(
  template: unknown,
  known: readonly GraphTemplate[],
): GraphComplaint | undefined {
  // The part has been checked by the schema of messages.
  const sent = template as {
    name: string;
    language: { code: string };
    components?: { type: string; parameters: unknown[] }[];
  };
  const found = known.find((one) => one.name === sent.name && one.language === sent.language.code);
  if (found?.status === 'PAUSED') return { code: 132015, details: 'Template is paused due to low quality.' };
  if (found?.status === 'DISABLED') return { code: 132016, details: 'Template is permanently disabled.' };
  if (found?.status !== 'APPROVED') {
    return { code: 132001, details: `template name (${sent.name}) does not exist in ${sent.language.code}` };
  }
  for (const type of ['header', 'body']) {
    const text = found.components.find((one) => one.type.toLowerCase() === type)?.text ?? '';
    const expected = new Set(text.match(/\{\{\w+\}\}/g) ?? []).size;
    const component = sent.components?.find((one) => one.type === type);
    const given = component?.parameters.length ?? 0;
    const isFile = type === 'header' && text === '';
    if (!isFile && given !== expected) {
      return {
        code: 132000,
        details: `${type}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
      };
    }
  }
  return undefined;
}
