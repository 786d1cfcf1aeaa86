import { useQuery } from '@tanstack/react-query';
import { MessageSquareText, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { EmptyState } from '#components/empty-state.tsx';
import { Page } from '#components/page.tsx';
import { Pager } from '#components/pager.tsx';
import { QueryView } from '#components/query-view.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { templatesQuery } from '../api/list-templates.ts';
import { TemplateCard } from '../components/template-card.tsx';

const grid = 'grid gap-4 sm:grid-cols-2 xl:grid-cols-3';

/** All templates, each with the beginning of its text. */
export function TemplatesRoute() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const canEdit = useCan('operator');
  const templates = useQuery(templatesQuery(useApi(), { cursor: parameters.get('after') ?? undefined }));
  const action = canEdit ? (
    <ButtonLink to="/templates/new">
      <Plus aria-hidden />
      {t('templates.new')}
    </ButtonLink>
  ) : undefined;
  return (
    <Page title={t('templates.title')} note={t('templates.note')} width="wide" actions={action}>
      <QueryView query={templates} what={t('templates.failed')} skeleton={<CardsSkeleton />}>
        {(page) =>
          page.data.length === 0 ? (
            <div className="card">
              <EmptyState icon={<MessageSquareText />} title={t('templates.empty.title')} action={action}>
                {t('templates.empty.body')}
              </EmptyState>
            </div>
          ) : (
            <ul className={grid}>
              {page.data.map((template) => (
                <TemplateCard key={template.id} template={template} />
              ))}
            </ul>
          )
        }
      </QueryView>
      <Pager nextCursor={templates.data?.next_cursor ?? null} />
    </Page>
  );
}

function CardsSkeleton() {
  return (
    <div className={grid}>
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} className="h-[13.25rem] rounded-2xl" />
      ))}
    </div>
  );
}
