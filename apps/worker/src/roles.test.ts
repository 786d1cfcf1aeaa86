import { expect, test } from 'vitest';
import { readRoles } from './roles.ts';

test.each([
  [[], ['queues', 'connections'], []],
  [['--queues'], ['queues'], []],
  [['--connections'], ['connections'], []],
  [['--connections', '--queues'], ['queues', 'connections'], []],
  [['--conections'], ['queues', 'connections'], ['--conections']],
])('%j: %j', (args, roles, unknown) => {
  expect(readRoles(args)).toEqual({ roles: new Set(roles), unknown });
});

test('--queues takes names, and so does the environment; whoever keeps sessions opens and closes them', () => {
  const names = (args: string[], given?: string) => [...(readRoles(args, given).queueNames ?? ['all'])];
  expect(names([])).toEqual(['all']);
  expect(names(['--queues'])).toEqual(['all']);
  expect(names(['--queues', 'message.send,imports'])).toEqual(['message.send', 'imports']);
  expect(names(['--queues=imports'], 'campaigns')).toEqual(['imports']);
  expect(names(['--queues'], 'campaigns')).toEqual(['campaigns']);
  expect(names(['--queues', 'imports', '--connections'])).toEqual([
    'imports',
    'session.init',
    'session.close',
  ]);
  expect(readRoles(['--queues', 'imports']).roles).toEqual(new Set(['queues']));
  expect(readRoles(['--queues', 'message:send', '--fast']).unknown).toEqual(['--fast', 'message:send']);
});
