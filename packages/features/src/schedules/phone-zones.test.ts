import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { isKnownZone } from '@zaphub/types';
import { expect, test } from 'vitest';
import { phoneZones, zoneOfPhone } from './phone-zones.ts';

/** The runtime has it; TypeScript's library does not know it yet. */
function timeZonesOf(country: string): string[] {
  const locale: Intl.Locale & { getTimeZones?: () => string[] | undefined } = new Intl.Locale(
    `und-${country}`,
  );
  return locale.getTimeZones?.() ?? [];
}

test('every zone of the table is one, and no prefix is there twice', () => {
  for (const zone of phoneZones.values()) expect([zone, isKnownZone(zone)]).toEqual([zone, true]);
});

test('every country has a zone, and one with a single zone has that one', () => {
  const offsetNow = (zone: string): string =>
    new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).format(0);
  for (const country of getCountries()) {
    const code = getCountryCallingCode(country);
    const zone = zoneOfPhone(`+${code}0000000`);
    expect([country, zone]).not.toEqual([country, undefined]);
    const own = timeZonesOf(country);
    const isShared = getCountries().some(
      (other) => other !== country && getCountryCallingCode(other) === code,
    );
    if (own.length === 1 && !isShared) {
      expect([country, offsetNow(zone ?? '')]).toEqual([country, offsetNow(own[0] ?? '')]);
    }
  }
});

test.each([
  ['+5511912345678', 'America/Sao_Paulo'],
  ['+5592912345678', 'America/Manaus'],
  ['+5568912345678', 'America/Rio_Branco'],
  ['+351912345678', 'Europe/Lisbon'],
  ['+12125550100', 'America/New_York'],
  ['+13105550100', 'America/Los_Angeles'],
  ['+18685550100', 'America/Port_of_Spain'],
  ['+77012345678', 'Asia/Almaty'],
  ['+79161234567', 'Europe/Moscow'],
  ['+526641234567', 'America/Tijuana'],
  ['+2991234', 'America/Nuuk'],
  ['+999123', undefined],
])('%s is in %s', (phone, zone) => {
  expect(zoneOfPhone(phone)).toBe(zone);
});
