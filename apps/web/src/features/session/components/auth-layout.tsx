import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '#components/logo.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { languages, matchLanguage } from '#i18n/languages.ts';
import { useServices } from '#lib/services.tsx';

/** The page of somebody who is not inside yet: the form on one side, what the product promises on the other. */
export function AuthLayout({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const promises = [t('auth.promise.once'), t('auth.promise.optOut'), t('auth.promise.reason')];
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)] xl:grid-cols-[minmax(0,1fr)_minmax(0,32rem)]">
      <div className="flex min-w-0 flex-col px-5 py-5 sm:px-8">
        <header className="flex items-center justify-between gap-3">
          <span className="flex items-center gap-2.5">
            <Logo className="size-8" />
            <span className="text-lg font-semibold tracking-tight">{t('common.appName')}</span>
          </span>
          <Segmented
            label={t('common.account.language')}
            value={matchLanguage([i18n.language])}
            onChange={(language) => void services.setLanguage(language, { keep: true })}
            options={languages.map((language) => ({
              value: language,
              label: (
                <>
                  {language === 'pt-BR' ? 'PT' : 'EN'}
                  <span className="sr-only">{t(`common.languageName.${language}`)}</span>
                </>
              ),
            }))}
          />
        </header>
        <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">{children}</main>
      </div>
      <aside className="relative hidden overflow-hidden bg-[#0b3d2e] text-white lg:flex lg:flex-col lg:justify-end">
        <div aria-hidden className="auth-backdrop absolute inset-0" />
        <div className="relative p-10 xl:p-14">
          <p className="text-2xl leading-snug font-semibold tracking-tight text-balance">
            {t('auth.tagline')}
          </p>
          <ul className="mt-7 flex flex-col gap-3.5">
            {promises.map((promise) => (
              <li
                key={promise}
                className="flex items-start gap-3 text-[0.9375rem] leading-snug text-white/90"
              >
                <span className="mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full bg-white/15">
                  <Check aria-hidden className="size-3" strokeWidth={3} />
                </span>
                {promise}
              </li>
            ))}
          </ul>
        </div>
      </aside>
    </div>
  );
}
