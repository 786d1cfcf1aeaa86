import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { Logo } from '#components/logo.tsx';
import { AccountMenu } from './account-menu.tsx';
import { LiveDot } from './live-dot.tsx';
import { destinations } from './navigation.ts';

/** Wide screens only: the places of the product, and who is signed in. */
export function Sidebar() {
  const { t } = useTranslation();
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col border-r bg-card/60 md:flex">
      <div className="flex h-16 items-center gap-2.5 px-5">
        <Logo className="size-7" />
        <span className="text-[1.0625rem] font-semibold tracking-tight">{t('common.appName')}</span>
        <span className="flex-1" />
        <LiveDot />
      </div>
      <nav
        aria-label={t('common.nav.label')}
        className="flex flex-1 flex-col gap-0.5 overflow-y-auto px-3 py-2"
      >
        {destinations.map(({ to, key, icon: Icon }) => (
          <NavLink
            key={key}
            to={to}
            end={to === '/'}
            className="group flex h-9 items-center gap-3 rounded-control px-2.5 text-sm font-medium text-muted-foreground transition-colors hover:bg-muted hover:text-foreground aria-[current=page]:bg-primary-soft aria-[current=page]:text-primary-text"
          >
            <Icon aria-hidden className="size-4.5" strokeWidth={1.9} />
            {t(`common.nav.${key}`)}
          </NavLink>
        ))}
      </nav>
      <div className="border-t p-3">
        <AccountMenu />
      </div>
    </aside>
  );
}
