export { giveBackSends, horizonMs, reserveSlot } from './reserve-slot.ts';
export type { Reservation, SlotRequest, WaitCause } from './reserve-slot.ts';
export { pacingRoutes } from './routes.ts';
