export { openWhatsAppStandIn } from './whatsapp-stand-in.ts';
export type { StandInOptions, WhatsAppStandIn } from './whatsapp-stand-in.ts';
export type { DeliveredMessage } from './incoming-message.ts';
export type { StandInPhone } from './link-desk.ts';
export type { StandInPerson } from './person.ts';
export type { Mishap } from './post-office.ts';
