import { holidayList } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { setHolidays } from './actions/set-holidays.ts';
import { listHolidays } from './holidays.ts';

/** `/holidays`: days on which campaigns with hours do not send. */
export const scheduleRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/holidays',
    auth: 'tenant',
    reply: holidayList,
    summary: 'Lists the days on which campaigns with hours do not send.',
    handle: async ({ deps, scope }) => ({
      holidays: await deps.db.tenant(scope, (tx) => listHolidays(scope, tx)),
    }),
  }),
  defineRoute({
    method: 'PUT',
    path: '/holidays',
    auth: 'tenant',
    role: 'operator',
    body: holidayList,
    reply: holidayList,
    summary: 'Puts another list of such days in the place of the last one; it counts at once.',
    handle: async ({ deps, scope, body }) => ({ holidays: await setHolidays(deps, scope, body.holidays) }),
  }),
];
