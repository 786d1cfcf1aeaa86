export { openWhatsAppStandIn } from './whatsapp-stand-in.ts';
export type { Mishap, StandInOptions, StandInPhone, WhatsAppStandIn } from './whatsapp-stand-in.ts';
export type { DeliveredMessage } from './incoming-message.ts';
export type { StandInPerson } from './person.ts';
