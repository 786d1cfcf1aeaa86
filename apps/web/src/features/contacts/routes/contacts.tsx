import { useQuery } from '@tanstack/react-query';
import { BellOff, History, Inbox, SearchX, Upload, UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { cn } from '#lib/class-names.ts';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { contactSummaryQuery } from '../api/get-contact-summary.ts';
import { contactsQuery } from '../api/list-contacts.ts';
import { ContactFilters } from '../components/contact-filters.tsx';
import { ContactList } from '../components/contact-list.tsx';

/** All contacts; search, tag and page are in the URL. */
export function ContactsRoute() {
  const { t } = useTranslation();
  const api = useApi();
  const canImport = useCan('operator');
  const [parameters] = useSearchParams();
  const filter = {
    search: parameters.get('q') ?? undefined,
    tag: parameters.get('tag') ?? undefined,
    cursor: parameters.get('after') ?? undefined,
  };
  const contacts = useQuery(contactsQuery(api, filter));
  const isFiltered = filter.search !== undefined || filter.tag !== undefined;
  const isFirstUse = !isFiltered && filter.cursor === undefined && contacts.data?.data.length === 0;

  return (
    <Page
      title={t('contacts.title')}
      width="wide"
      note={<Total />}
      actions={
        <>
          <ButtonLink to="/inbox" variant="secondary" className="md:hidden">
            <Inbox aria-hidden />
            {t('common.nav.inbox')}
          </ButtonLink>
          <ButtonLink to="/opt-outs" variant="secondary">
            <BellOff aria-hidden />
            <span className="sr-only sm:not-sr-only">{t('contacts.optOuts')}</span>
          </ButtonLink>
          <ButtonLink to="/contacts/imports" variant="secondary">
            <History aria-hidden />
            <span className="sr-only sm:not-sr-only">{t('contacts.history')}</span>
          </ButtonLink>
          {canImport ? (
            <ButtonLink to="/contacts/imports/new">
              <Upload aria-hidden />
              {t('contacts.import')}
            </ButtonLink>
          ) : null}
        </>
      }
    >
      {isFirstUse ? null : <ContactFilters />}
      <div
        className={cn('card overflow-hidden transition-opacity', contacts.isPlaceholderData && 'opacity-60')}
        aria-busy={contacts.isPlaceholderData}
      >
        <QueryView query={contacts} what={t('contacts.failed')} skeleton={<RowsSkeleton />}>
          {(page) =>
            page.data.length > 0 ? (
              <ContactList contacts={page.data} />
            ) : isFirstUse ? (
              <EmptyState
                icon={<UsersRound />}
                title={t('contacts.empty.title')}
                action={
                  <ButtonLink to="/contacts/imports/new">
                    <Upload aria-hidden />
                    {t('contacts.import')}
                  </ButtonLink>
                }
              >
                {t('contacts.empty.body')}
              </EmptyState>
            ) : (
              <EmptyState
                icon={<SearchX />}
                title={t('contacts.noMatch.title')}
                action={
                  <ButtonLink to="/contacts" variant="secondary">
                    {t('common.action.clearFilters')}
                  </ButtonLink>
                }
              >
                {t('contacts.noMatch.body')}
              </EmptyState>
            )
          }
        </QueryView>
      </div>
      <Pager nextCursor={contacts.data?.next_cursor ?? null} />
    </Page>
  );
}

function Total() {
  const { t } = useTranslation();
  const summary = useQuery(contactSummaryQuery(useApi())).data;
  if (summary === undefined) return <Skeleton className="my-0.5 h-4 w-28" />;
  return <>{t(summary.exact ? 'contacts.total' : 'contacts.totalAbout', { count: summary.total })}</>;
}
