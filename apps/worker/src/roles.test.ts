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
