import { useTranslation } from 'react-i18next';

/** Why messages failed, in the reader's words; a code without words yet is shown as it is. */
export function useReasonWords(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => (i18n.exists(`campaigns.reason.${code}`) ? t(`campaigns.reason.${code}`) : code);
}

/** Whoever does not want a message has nothing to correct. */
const unwanted = 'marketing_opted_out';

/** What can be done about that kind of trouble. */
export function useAdvice(): (failureClass: string, code: string) => string {
  const { t, i18n } = useTranslation();
  return (failureClass, code) => {
    if (code === unwanted) return t('failures.advice.unwanted');
    return i18n.exists(`failures.advice.${failureClass}`)
      ? t(`failures.advice.${failureClass}`)
      : t('failures.advice.rejected');
  };
}
