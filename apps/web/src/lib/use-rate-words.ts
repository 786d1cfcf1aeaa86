import { useTranslation } from 'react-i18next';
import { rateParts } from './send-rate.ts';
import { useFormat } from './use-format.ts';

/** Words for messages a second: `5 a second`, `20 a minute`. */
export function useRateWords(): (perSecond: number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (perSecond) => {
    const { value, unit } = rateParts(perSecond);
    return t(`common.rate.${unit}`, { rate: format.number(value) });
  };
}
