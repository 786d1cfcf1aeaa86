import { useQueryClient } from '@tanstack/react-query';
import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { Segmented } from '#components/ui/segmented.tsx';
import { Select } from '#components/ui/select.tsx';
import { languages, matchLanguage } from '#i18n/languages.ts';
import { useServices } from '#lib/services.tsx';
import { type Theme, applyTheme, storedTheme } from '#lib/theme.ts';
import { useWorkspace } from '#lib/workspace.ts';

/** What holds for this person in this browser: theme, language, workspace, and the way out. */
export function PersonalCard() {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const workspace = useWorkspace();
  const queryClient = useQueryClient();
  const [theme, setTheme] = useState(storedTheme);
  return (
    <Card title={t('settings.me.title')} bodyClassName="pt-1 sm:pt-1">
      <div className="divide-y [&>div]:flex [&>div]:min-h-16 [&>div]:flex-wrap [&>div]:items-center [&>div]:justify-between [&>div]:gap-3 [&>div]:py-3">
        <div>
          <span className="text-sm font-medium">{t('settings.me.theme')}</span>
          <Segmented<Theme>
            label={t('settings.me.theme')}
            value={theme}
            onChange={(next) => {
              applyTheme(next);
              setTheme(next);
            }}
            options={[
              {
                value: 'system',
                label: (
                  <>
                    <Monitor aria-hidden />
                    {t('common.account.system')}
                  </>
                ),
              },
              {
                value: 'light',
                label: (
                  <>
                    <Sun aria-hidden />
                    {t('common.account.light')}
                  </>
                ),
              },
              {
                value: 'dark',
                label: (
                  <>
                    <Moon aria-hidden />
                    {t('common.account.dark')}
                  </>
                ),
              },
            ]}
          />
        </div>
        <div>
          <span className="text-sm font-medium">{t('settings.me.language')}</span>
          <Select
            aria-label={t('settings.me.language')}
            className="w-52"
            value={matchLanguage([i18n.language])}
            onChange={(language) => void services.setLanguage(language, { keep: true })}
            options={languages.map((language) => ({
              value: language,
              label: t(`common.languageName.${language}`),
            }))}
          />
        </div>
        {workspace.all.length > 1 ? (
          <div>
            <span className="text-sm font-medium">{t('common.account.switchWorkspace')}</span>
            <Select
              aria-label={t('common.account.switchWorkspace')}
              className="w-52"
              value={workspace.tenant.id}
              onChange={workspace.switchTo}
              options={workspace.all.map(({ tenant }) => ({
                value: tenant.id as string,
                label: tenant.name,
              }))}
            />
          </div>
        ) : null}
        <div>
          <span className="min-w-0">
            <span className="block text-sm font-medium">{t('settings.me.account')}</span>
            <span className="block truncate text-[0.8125rem] text-muted-foreground">
              {workspace.email} · {t('settings.me.role', { role: t(`common.role.${workspace.role}`) })}
            </span>
          </span>
          <Button
            variant="secondary"
            onClick={() => {
              void services.auth.signOut();
              queryClient.clear();
            }}
          >
            <LogOut aria-hidden />
            {t('common.account.signOut')}
          </Button>
        </div>
      </div>
    </Card>
  );
}
