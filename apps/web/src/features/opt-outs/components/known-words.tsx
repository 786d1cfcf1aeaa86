import { type KeywordLanguage, keywordLanguage, type OptOutSettingsShown } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '#components/ui/segmented.tsx';

type Words = OptOutSettingsShown['built_in']['stop_words'];

/** The words that everybody knows, by language: they always count and cannot be taken away. */
export function KnownWords({ words }: { words: Words }) {
  const { t, i18n } = useTranslation();
  const [language, setLanguage] = useState<KeywordLanguage>(i18n.language.startsWith('pt') ? 'pt' : 'en');
  return (
    <section className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <h3 className="text-sm font-medium">{t('optOuts.known.title')}</h3>
        <Segmented
          label={t('optOuts.known.language')}
          value={language}
          onChange={setLanguage}
          options={keywordLanguage.options.map((value) => ({
            value,
            label: t(`optOuts.known.${value}`),
          }))}
        />
      </div>
      <ul
        // Longer than the screen: it scrolls by itself, by the keyboard too.
        tabIndex={0}
        aria-label={t('optOuts.known.title')}
        className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto rounded-xl border p-3"
      >
        {words[language].map((word) => (
          <li key={word} className="rounded-md bg-muted px-2 py-1 text-[0.8125rem]">
            {word}
          </li>
        ))}
      </ul>
      <p className="text-[0.8125rem] text-pretty text-muted-foreground">{t('optOuts.known.near')}</p>
    </section>
  );
}
