export { listHolidays, replaceHolidays } from './holidays.ts';
export { nextOpening } from './openings.ts';
export type { Opening } from './openings.ts';
export { recipientTimes, redateRecipients, zoneAttribute, zoneSource } from './recipient-times.ts';
export type { RecipientTime } from './recipient-times.ts';
export { scheduleSteps } from './schedule-steps.ts';
export { assertOpens, readTimes, setOpening } from './set-opening.ts';
export type { CampaignTimes } from './set-opening.ts';
export { instantOf, isKnownZone, parseWall } from './zone.ts';
