export { checkCountry } from './check-country.ts';
export { createPhoneReader } from './phone-reader.ts';
export type { PhoneReader } from './phone-reader.ts';
