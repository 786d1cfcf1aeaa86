export { giveBackSends, horizonMs, reserveSlot } from './reserve-slot.ts';
export type { Reservation, WaitCause } from './reserve-slot.ts';
export { pacingRoutes } from './routes.ts';
export { sentOnDay } from './sent-today.ts';
