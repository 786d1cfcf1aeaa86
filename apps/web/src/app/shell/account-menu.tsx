import { Building2, ChevronsUpDown, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueryClient } from '@tanstack/react-query';
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from '#components/ui/menu.tsx';
import { languages, matchLanguage } from '#i18n/languages.ts';
import { useServices } from '#lib/services.tsx';
import { type Theme, applyTheme, storedTheme } from '#lib/theme.ts';
import { useWorkspace } from '#lib/workspace.ts';

/** Who is signed in and where; theme, language, other workspaces, and the way out. */
export function AccountMenu({ compact = false }: { compact?: boolean }) {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const workspace = useWorkspace();
  const queryClient = useQueryClient();
  const [theme, setTheme] = useState(storedTheme);
  const initial = (workspace.tenant.name.trim()[0] ?? 'Z').toUpperCase();
  const avatar = (
    <span
      aria-hidden
      className="flex size-8 shrink-0 items-center justify-center rounded-lg bg-primary text-sm font-semibold text-primary-foreground"
    >
      {initial}
    </span>
  );
  return (
    <Menu
      side={compact ? 'bottom' : 'top'}
      align={compact ? 'end' : 'start'}
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={compact ? t('common.account.menu') : undefined}
          className={
            compact
              ? 'rounded-lg'
              : 'flex w-full items-center gap-2.5 rounded-lg p-1.5 text-left hover:bg-muted'
          }
        >
          {avatar}
          {compact ? null : (
            <>
              <span className="min-w-0 flex-1">
                <span className="block truncate text-sm font-medium">{workspace.tenant.name}</span>
                <span className="block truncate text-xs text-muted-foreground">{workspace.email}</span>
              </span>
              <span className="sr-only">{t('common.account.menu')}</span>
              <ChevronsUpDown aria-hidden className="size-4 text-muted-foreground" />
            </>
          )}
        </button>
      }
    >
      {workspace.all.length > 1 ? (
        <>
          <MenuRadioGroup
            label={t('common.account.workspaces')}
            value={workspace.tenant.id}
            onChange={workspace.switchTo}
            options={workspace.all.map(({ tenant }) => ({
              value: tenant.id,
              label: tenant.name,
              icon: <Building2 aria-hidden />,
            }))}
          />
          <MenuSeparator />
        </>
      ) : null}
      <MenuRadioGroup<Theme>
        label={t('common.account.theme')}
        value={theme}
        onChange={(next) => {
          applyTheme(next);
          setTheme(next);
        }}
        options={[
          { value: 'system', label: t('common.account.system'), icon: <Monitor aria-hidden /> },
          { value: 'light', label: t('common.account.light'), icon: <Sun aria-hidden /> },
          { value: 'dark', label: t('common.account.dark'), icon: <Moon aria-hidden /> },
        ]}
      />
      <MenuSeparator />
      <MenuRadioGroup
        label={t('common.account.language')}
        value={matchLanguage([i18n.language])}
        onChange={(language) => void services.setLanguage(language, { keep: true })}
        options={languages.map((language) => ({
          value: language,
          label: t(`common.languageName.${language}`),
        }))}
      />
      <MenuSeparator />
      <MenuItem
        onClick={() => {
          void services.auth.signOut();
          queryClient.clear();
        }}
      >
        <LogOut aria-hidden />
        {t('common.account.signOut')}
      </MenuItem>
    </Menu>
  );
}
