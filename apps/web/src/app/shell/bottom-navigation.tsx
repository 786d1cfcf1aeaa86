import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { destinations } from './navigation.ts';

/** Phones only: the five places within reach of a thumb. */
export function BottomNavigation() {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t('common.nav.label')}
      className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t bg-card/95 pb-[env(safe-area-inset-bottom)] backdrop-blur md:hidden"
    >
      {destinations
        .filter(({ isWideOnly }) => isWideOnly !== true)
        .map(({ to, key, icon: Icon }) => (
          <NavLink
            key={key}
            to={to}
            end={to === '/'}
            className="group flex h-16 flex-col items-center justify-center gap-1 text-[0.6875rem] font-medium text-muted-foreground aria-[current=page]:text-primary-text"
          >
            <span className="flex h-7 w-14 items-center justify-center rounded-full transition-colors group-aria-[current=page]:bg-primary-soft">
              <Icon aria-hidden className="size-5" strokeWidth={1.9} />
            </span>
            {t(`common.nav.${key}`)}
          </NavLink>
        ))}
    </nav>
  );
}
