import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { matchLanguage } from '#i18n/languages.ts';
import { type Format, createFormat } from './format.ts';

/** The formatter of the language on screen. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => createFormat(matchLanguage([i18n.language])), [i18n.language]);
}
