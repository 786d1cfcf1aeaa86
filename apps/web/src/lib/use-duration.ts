import { useTranslation } from 'react-i18next';

/** Words for a length of time in seconds, as precise as is useful: `45 s`, `12 min`, `3 h 20 min`. */
export function useDuration(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    if (seconds < 1) return t('common.duration.underSecond');
    if (seconds < 90) return t('common.duration.seconds', { value: Math.round(seconds) });
    const minutes = Math.round(seconds / 60);
    if (minutes < 90) return t('common.duration.minutes', { value: minutes });
    return t('common.duration.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  };
}
