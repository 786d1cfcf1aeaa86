import { isSupportedCountry } from 'libphonenumber-js/max';
import { AppError } from '@zaphub/types';

/** @throws AppError `mapping_invalid` for a country without a numbering plan */
export function checkCountry(country: string | undefined): void {
  if (country === undefined || isSupportedCountry(country)) return;
  throw new AppError('mapping_invalid', `no numbering plan for ${country}`, {
    publicMessage: {
      en: `There is no telephone numbering plan for the country ${country}.`,
      'pt-BR': `Não há plano de numeração telefônica para o país ${country}.`,
    },
  });
}
