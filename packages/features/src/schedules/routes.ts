import { holidayList, nationalHolidaysQuery } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { setHolidays } from './actions/set-holidays.ts';
import { listHolidays } from './holidays.ts';
import { nationalDays } from './national-days.ts';

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
    method: 'GET',
    path: '/holidays/national',
    auth: 'tenant',
    query: nationalHolidaysQuery,
    reply: holidayList,
    summary: 'Lists the national days of a country in a year, in order, by their names there.',
    handle: async ({ query }) => ({
      holidays: [...nationalDays(query.country, query.year)]
        .map(([day, name]) => ({ day, name }))
        .sort((a, b) => (a.day < b.day ? -1 : 1)),
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
