import { Tooltip } from '@base-ui/react/tooltip';
import { useTranslation } from 'react-i18next';
import { Outlet, ScrollRestoration, useNavigation } from 'react-router';
import { LiveProvider } from '../live-provider.tsx';
import { BottomNavigation } from './bottom-navigation.tsx';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame around every screen: a sidebar on wide screens, a bar above and a navigation below on phones. */
export function Shell() {
  const { t } = useTranslation();
  const isLoading = useNavigation().state === 'loading';
  return (
    <Tooltip.Provider delay={400}>
      <LiveProvider>
        {isLoading ? (
          <div aria-hidden className="appear-late fixed inset-x-0 top-0 z-50 h-0.5 overflow-hidden">
            <div className="h-full w-full origin-left animate-[arriving_4s_cubic-bezier(0.1,0.7,0.2,1)_both] bg-primary" />
          </div>
        ) : null}
        <a
          href="#content"
          className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-primary px-3 py-2 text-sm font-medium text-primary-foreground transition-transform focus:translate-y-0"
        >
          {t('common.skipToContent')}
        </a>
        <div className="min-h-dvh md:grid md:grid-cols-[15rem_minmax(0,1fr)]">
          <Sidebar />
          <TopBar />
          <main
            id="content"
            tabIndex={-1}
            className="min-w-0 pb-[calc(4.5rem+env(safe-area-inset-bottom))] outline-none md:pb-0"
          >
            <Outlet />
          </main>
          <BottomNavigation />
        </div>
        <ScrollRestoration />
      </LiveProvider>
    </Tooltip.Provider>
  );
}
