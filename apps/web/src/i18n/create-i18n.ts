import type { Locale } from '@zaphub/types';
import { type i18n as I18n, createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';

/** The words of one language, by feature. */
export type Messages = Record<string, unknown>;

/** Opens i18next in one language; another is loaded when it is asked for. Missing keys show as the key: a test forbids them. */
export async function createI18n(language: Locale): Promise<I18n> {
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    supportedLngs: ['pt-BR', 'en'],
    load: 'currentOnly',
    fallbackLng: false,
    resources: { [language]: { translation: await loadMessages(language) } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
  return instance;
}

/** Switches every mounted screen at once. Resolves when it is done. */
export async function switchLanguage(instance: I18n, language: Locale): Promise<void> {
  if (!instance.hasResourceBundle(language, 'translation')) {
    instance.addResourceBundle(language, 'translation', await loadMessages(language));
  }
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
}

async function loadMessages(language: Locale): Promise<Messages> {
  return language === 'pt-BR'
    ? (await import('./pt-BR/index.ts')).messages
    : (await import('./en/index.ts')).messages;
}
