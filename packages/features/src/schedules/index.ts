export { expectedFinish } from './expected-finish.ts';
export { holidayName, listHolidays } from './holidays.ts';
export { nextOpening } from './openings.ts';
export { recipientTimes, redateRecipients, zoneAttribute, zoneSource } from './recipient-times.ts';
export type { RecipientTime } from './recipient-times.ts';
export { scheduleRoutes } from './routes.ts';
export { scheduleSteps } from './schedule-steps.ts';
export { assertOpens, readTimes, setOpening } from './set-opening.ts';
export type { CampaignTimes } from './set-opening.ts';
