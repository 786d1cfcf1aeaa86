import { useTranslation } from 'react-i18next';

/** Why a request was no success, in plain words; unknown codes show themselves. */
export function useDeliveryWords(): (code: string | null, status: number | null) => string {
  const { t, i18n } = useTranslation();
  return (code, status) => {
    if (code === null) return status === null ? '' : t('webhooks.answered', { status });
    const key = `webhooks.error.${code}`;
    const words = i18n.exists(key) ? t(key, { status: status ?? '' }) : code;
    return words;
  };
}

/** What an event is called; unknown types show themselves. */
export function useTypeWords(): (type: string) => string {
  const { t, i18n } = useTranslation();
  return (type) => {
    const key = `webhooks.type.${type.replace('.', '_')}`;
    return i18n.exists(key) ? t(key) : type;
  };
}
