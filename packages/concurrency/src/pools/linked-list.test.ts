import { expect, it } from 'vitest';
import { type Linked, LinkedList } from './linked-list.ts';

interface Item extends Linked<Item> {
  readonly name: string;
}

function listOf(...names: string[]): { list: LinkedList<Item>; items: Item[] } {
  const list = new LinkedList<Item>();
  const items = names.map((name) => ({ name, next: undefined, previous: undefined }));
  for (const item of items) list.push(item);
  return { list, items };
}

function drain(list: LinkedList<Item>): string[] {
  const names: string[] = [];
  for (let item = list.shift(); item !== undefined; item = list.shift()) names.push(item.name);
  return names;
}

it('gives items back in the order they came, also after it was empty', () => {
  const { list } = listOf('a', 'b');
  expect([list.size, list.first?.name, list.last?.name]).toEqual([2, 'a', 'b']);
  expect(drain(list)).toEqual(['a', 'b']);
  list.push({ name: 'c', next: undefined, previous: undefined });
  expect([list.first?.name, list.last?.name, ...drain(list), list.size]).toEqual(['c', 'c', 'c', 0]);
});

it.each([
  [0, ['b', 'c']],
  [1, ['a', 'c']],
  [2, ['a', 'b']],
])('lets the item at %i leave', (index, rest) => {
  const { list, items } = listOf('a', 'b', 'c');
  const item = items[index];
  if (item === undefined) throw new Error('no such item');
  list.remove(item);
  expect([item.next, item.previous, list.size]).toEqual([undefined, undefined, 2]);
  list.push(item);
  expect(drain(list)).toEqual([...rest, item.name]);
});

it.each([
  [0, ['b', 'c', 'a']],
  [1, ['a', 'c', 'b']],
  [2, ['a', 'b', 'c']],
])('moves the item at %i behind all others', (index, order) => {
  const { list, items } = listOf('a', 'b', 'c');
  const item = items[index];
  if (item === undefined) throw new Error('no such item');
  list.moveToEnd(item);
  expect([list.first?.name, list.last?.name, list.size]).toEqual([order[0], order[2], 3]);
  const backwards: string[] = [];
  for (let at = list.last; at !== undefined; at = at.previous) backwards.push(at.name);
  expect(backwards).toEqual(order.toReversed());
  expect(drain(list)).toEqual(order);
});
