import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  campaignCounters,
  campaignStatus,
  connection,
  errorTable,
  importStatus,
  messageState,
  redriveObstacle,
  role,
  rowErrorCode,
  skipReason,
  stallCause,
  unknownPolicy,
  webhookEventType,
} from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { messages as en } from './en/index.ts';
import { messages as ptBR } from './pt-BR/index.ts';

const sources = fileURLToPath(new URL('..', import.meta.url));
const dictionaries = { en, 'pt-BR': ptBR };
const plural = /_(zero|one|two|few|many|other)$/;

/** `campaigns.row.created_one` → its text, for every leaf. */
function flatten(value: object, path = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [key, child] of Object.entries(value)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof child === 'string') leaves.set(name, child);
    else for (const [deeper, text] of flatten(child, name)) leaves.set(deeper, text);
  }
  return leaves;
}

const leaves = { en: flatten(en), 'pt-BR': flatten(ptBR) };
const baseKeys = (language: keyof typeof leaves) =>
  new Set([...leaves[language].keys()].map((key) => key.replace(plural, '')));

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? '').sort();
}

describe('both languages', () => {
  test('have the same keys', () => {
    expect([...baseKeys('en')].sort()).toEqual([...baseKeys('pt-BR')].sort());
  });

  test.each(Object.keys(dictionaries))('%s has every plural category of its language', (language) => {
    const texts = leaves[language === 'en' ? 'en' : 'pt-BR'];
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const bases = new Set(
      [...texts.keys()].filter((key) => plural.test(key)).map((key) => key.replace(plural, '')),
    );
    expect(bases.size).toBeGreaterThan(10);
    const missing = [...bases].flatMap((base) =>
      categories.map((category) => `${base}_${category}`).filter((key) => !texts.has(key)),
    );
    expect(missing).toEqual([]);
  });

  test('fill in the same values', () => {
    const differing = [...leaves.en].filter(([key, text]) => {
      const other = leaves['pt-BR'].get(key);
      return other !== undefined && placeholders(other).join() !== placeholders(text).join();
    });
    expect(differing).toEqual([]);
  });

  test('leave nothing empty', () => {
    const empty = Object.values(leaves).flatMap((texts) =>
      [...texts].filter(([, text]) => text.trim() === ''),
    );
    expect(empty).toEqual([]);
  });
});

describe('keys in the sources', () => {
  const code = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
    .map((path) => readFileSync(`${sources}/${path}`, 'utf8'))
    .join('\n');
  const roots = Object.keys(en).join('|');
  const literal = [...code.matchAll(new RegExp(`['"]((?:${roots})(?:\\.[\\w-]+)+)['"]`, 'g'))].map(
    ([, key]) => key ?? '',
  );
  const computed = [...code.matchAll(new RegExp(`\`((?:${roots})\\.[^\`]*)\``, 'g'))].map(
    ([, key]) => key ?? '',
  );

  test('are all in the dictionaries', () => {
    const known = baseKeys('en');
    expect(literal.length).toBeGreaterThan(200);
    expect(literal.filter((key) => !known.has(key))).toEqual([]);
  });

  test('that are computed match something in the dictionaries', () => {
    const known = [...baseKeys('en')];
    const unmatched = computed.filter((template) => {
      const pattern = template
        .split(/\$\{[^}]*\}/)
        .map((part) => part.replaceAll('.', '\\.'))
        .join('[\\w-]+');
      return !known.some((key) => new RegExp(`^${pattern}$`).test(key));
    });
    expect(unmatched).toEqual([]);
  });

  test('use all that the dictionaries hold', () => {
    const patterns = computed.map(
      (template) =>
        new RegExp(
          `^${template
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll('.', '\\.'))
            .join('[\\w-]+')}$`,
        ),
    );
    const used = new Set(literal);
    const unused = [...baseKeys('en')].filter(
      (key) => !used.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});

describe('words for every value of the contracts', () => {
  const families: [string, readonly string[]][] = [
    ['campaigns.status', campaignStatus.options],
    ['campaigns.state', messageState.options],
    ['campaigns.skip', skipReason.options],
    ['webhooks.type', webhookEventType.options.map((type) => type.replace('.', '_'))],
    ['campaigns.stall.cause', stallCause.options.flatMap((cause) => [`${cause}.what`, `${cause}.remedy`])],
    ['campaigns.bucket', Object.keys(campaignCounters.shape).filter((key) => key !== 'total')],
    ['campaigns.bucketNote', Object.keys(campaignCounters.shape).filter((key) => key !== 'total')],
    ['campaigns.unknown', unknownPolicy.options],
    ['campaigns.form.policy', unknownPolicy.options],
    ['imports.status', importStatus.options],
    ['imports.rowError', rowErrorCode.options],
    ['errors.code', Object.keys(errorTable)],
    ['connections.provider', connection.shape.provider.options],
    ['connections.status', connection.shape.status.options],
    ['connections.statusNote', connection.shape.status.options],
    ['failures.obstacle', redriveObstacle.options],
    ['common.role', role.options],
  ];
  test.each(families)('%s', (prefix, values) => {
    expect(values.map((value) => `${prefix}.${value}`).filter((key) => !leaves.en.has(key))).toEqual([]);
  });
});
