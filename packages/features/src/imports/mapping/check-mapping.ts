import { AppError } from '@zaphub/types';
import type { ColumnTarget } from '@zaphub/types';
import { isUnsafeKey } from './unsafe-key.ts';

/**
 * Refuses a mapping that the file cannot be read with.
 *
 * @throws AppError `mapping_invalid`
 */
export function checkMapping(mapping: readonly ColumnTarget[], columns: number): void {
  if (mapping.length !== columns) {
    throw invalid(`The file has ${columns} columns, the mapping names ${mapping.length}.`);
  }
  const count = (to: ColumnTarget['to']): number => mapping.filter((target) => target.to === to).length;
  if (count('phone') !== 1) throw invalid('Exactly one column must be the phone.');
  if (count('name') > 1) throw invalid('Only one column can be the name.');
  if (count('tags') > 1) throw invalid('Only one column can hold tags.');
  const keys = mapping.flatMap((target) => (target.to === 'attribute' ? [target.key] : []));
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined) throw invalid(`Two columns are called "${repeated}".`);
  const unsafe = keys.find((key) => isUnsafeKey(key) || key.includes('\0') || !key.isWellFormed());
  if (unsafe !== undefined) throw invalid(`A field cannot be called "${unsafe}".`);
}

function invalid(publicMessage: string): AppError {
  return new AppError('mapping_invalid', publicMessage, { publicMessage });
}
