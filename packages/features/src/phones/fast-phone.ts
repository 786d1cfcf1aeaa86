import { Metadata } from 'libphonenumber-js/core';
import type { CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.max.json';

/**
 * Reads a well-formed mobile number, or answers `undefined` when the library has to judge. `text` holds only
 * digits and at most a leading plus.
 */
export type FastPhoneReader = (text: string) => string | undefined;

/** What one numbering plan says about mobile numbers, ready to be tested. */
interface Plan {
  callingCode: string;
  /** The plan that answers for its calling code: no other country's comes before it. */
  isMain: boolean;
  international: RegExp | undefined;
  /** A national number that begins like this would be cut by the library. */
  prefix: RegExp | undefined;
  pattern: RegExp;
  mobile: RegExp;
  mobileLengths: readonly number[];
}

/**
 * A short way for the common case. The tables come from the library's own metadata and cover only what it would
 * leave untouched: a number of the calling code's main plan (or of the default country), with no trunk, carrier
 * or international prefix to strip, that matches the plan's mobile pattern. Equality with the library is held by
 * a property test.
 */
export function createFastPhoneReader(defaultCountry: CountryCode): FastPhoneReader {
  const plans = new Map<string, Plan>();
  for (const [callingCode, countries] of Object.entries(metadata.country_calling_codes)) {
    const country = countries[0];
    const plan = country === undefined ? undefined : readPlan(country);
    if (plan?.isMain === true) plans.set(callingCode, plan);
  }
  const home = readPlan(defaultCountry);

  return function readFast(text) {
    if (text.charCodeAt(0) === 43) {
      for (let length = 1; length <= 3; length++) {
        const plan = plans.get(text.slice(1, 1 + length));
        if (plan !== undefined) return isMobile(plan, text.slice(1 + length)) ? text : undefined;
        if (callingCodes.has(text.slice(1, 1 + length))) return undefined;
      }
      return undefined;
    }
    if (home === undefined || !home.isMain || home.international?.test(text) === true) return undefined;
    if (isMobile(home, text)) return '+' + home.callingCode + text;
    // The default country's own calling code without its plus: only when the digits are no national number.
    if (!text.startsWith(home.callingCode) || home.prefix?.test(text) === true || home.pattern.test(text)) {
      return undefined;
    }
    return isMobile(home, text.slice(home.callingCode.length)) ? '+' + text : undefined;
  };
}

const callingCodes = new Set(Object.keys(metadata.country_calling_codes));

function isMobile(plan: Plan, national: string): boolean {
  return (
    plan.mobileLengths.includes(national.length) &&
    plan.mobile.test(national) &&
    plan.prefix?.test(national) !== true &&
    plan.pattern.test(national)
  );
}

/** The parts of the library's numbering plan that its type declarations leave out. */
interface NumberingPlan {
  callingCode(): string;
  IDDPrefix(): string | undefined;
  nationalNumberPattern(): string;
  possibleLengths(): number[] | undefined;
  nationalPrefixForParsing(): string | undefined;
  leadingDigits(): string | undefined;
  type(type: string): { pattern(): string; possibleLengths(): number[] | undefined } | undefined;
}

/** A country's plan; `undefined` when the metadata does not say enough to judge without the library. */
function readPlan(country: CountryCode): Plan | undefined {
  const reader = new Metadata(metadata);
  reader.selectNumberingPlan(country);
  // The class has these methods (see its sources), its declarations name only a few of them.
  const plan = reader.numberingPlan as unknown as NumberingPlan | undefined;
  const mobile = plan?.type('MOBILE');
  const mobileLengths = mobile?.possibleLengths() ?? plan?.possibleLengths();
  if (plan === undefined || mobile === undefined || mobile.pattern() === '' || mobileLengths === undefined) {
    return undefined;
  }
  const countries = Object.entries(metadata.country_calling_codes).find(
    ([code]) => code === plan.callingCode(),
  )?.[1];
  const international = plan.IDDPrefix();
  const prefix = plan.nationalPrefixForParsing();
  return {
    callingCode: plan.callingCode(),
    isMain: countries?.[0] === country && (countries.length === 1 || plan.leadingDigits() === undefined),
    international: startsWith(international),
    prefix: startsWith(prefix),
    pattern: wholly(plan.nationalNumberPattern()),
    mobile: wholly(mobile.pattern()),
    mobileLengths,
  };
}

function startsWith(pattern: string | undefined): RegExp | undefined {
  return pattern === undefined || pattern === '' ? undefined : new RegExp(`^(?:${pattern})`);
}

function wholly(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
