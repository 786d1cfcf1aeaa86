import type { ColumnTarget } from '@zaphub/types';

/** Why a mapping cannot be used. */
export type MappingProblem =
  { kind: 'phone' | 'phoneTwice' | 'nameTwice' | 'keyMissing' } | { kind: 'keyTwice'; key: string };

/** The first thing that is wrong with a mapping, or undefined. */
export function checkMapping(mapping: readonly ColumnTarget[]): MappingProblem | undefined {
  const count = (to: ColumnTarget['to']) => mapping.filter((target) => target.to === to).length;
  if (count('phone') === 0) return { kind: 'phone' };
  if (count('phone') > 1) return { kind: 'phoneTwice' };
  if (count('name') > 1) return { kind: 'nameTwice' };
  const seen = new Set<string>();
  for (const target of mapping) {
    if (target.to !== 'attribute') continue;
    const key = target.key.trim();
    if (key === '') return { kind: 'keyMissing' };
    if (seen.has(key)) return { kind: 'keyTwice', key };
    seen.add(key);
  }
  return undefined;
}

/** A name that Liquid can read, from a column's heading: `Data de Nascimento` → `data_de_nascimento`. */
export function keyOfColumn(column: string, index: number): string {
  const key = column
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
  if (key === '') return `column_${index + 1}`;
  return /^\d/.test(key) ? `_${key}`.slice(0, 64) : key;
}
