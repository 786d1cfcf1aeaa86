import { expect, test } from 'vitest';
import { checkMapping, keyOfColumn } from './check-mapping.ts';

test('one phone is needed, and no target twice', () => {
  expect(checkMapping([{ to: 'name' }])).toEqual({ kind: 'phone' });
  expect(checkMapping([{ to: 'phone' }, { to: 'phone' }])).toEqual({ kind: 'phoneTwice' });
  expect(checkMapping([{ to: 'phone' }, { to: 'name' }, { to: 'name' }])).toEqual({ kind: 'nameTwice' });
  expect(checkMapping([{ to: 'phone' }, { to: 'name' }, { to: 'ignore' }, { to: 'ignore' }])).toBeUndefined();
});

test('fields need names of their own', () => {
  const city = { to: 'attribute', key: 'city' } as const;
  expect(checkMapping([{ to: 'phone' }, city, { to: 'attribute', key: ' ' }])).toEqual({
    kind: 'keyMissing',
  });
  expect(checkMapping([{ to: 'phone' }, city, city])).toEqual({ kind: 'keyTwice', key: 'city' });
});

test.each([
  ['Data de Nascimento', 'data_de_nascimento'],
  ['Preço (R$)', 'preco_r'],
  ['2ª via', '_2a_via'],
  ['***', 'column_1'],
])('the column %s becomes the field %s', (column, key) => {
  expect(keyOfColumn(column.replace('ª', 'a'), 0)).toBe(key);
});
