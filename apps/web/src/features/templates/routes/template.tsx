import { useQuery } from '@tanstack/react-query';
import { Megaphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useApi } from '#lib/services.tsx';
import { useCan } from '#lib/workspace.ts';
import { templateQuery } from '../api/get-template.ts';
import { TemplateEditor } from '../components/template-editor.tsx';

/** The editor of a template that exists. */
export function TemplateRoute() {
  const { t } = useTranslation();
  const { templateId = '' } = useParams();
  const canSend = useCan('operator');
  // Not refetched behind a form that is being filled in.
  const template = useQuery({ ...templateQuery(useApi(), templateId), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Page
      title={template.data?.name ?? t('templates.title')}
      heading={template.isPending ? null : undefined}
      back={{ to: '/templates', label: t('templates.back') }}
      width="wide"
      actions={
        canSend && template.data !== undefined ? (
          <ButtonLink to={`/campaigns/new?template=${templateId}`} variant="secondary">
            <Megaphone aria-hidden />
            {t('templates.editor.useNow')}
          </ButtonLink>
        ) : undefined
      }
    >
      <QueryView query={template} what={t('templates.oneFailed')} skeleton={<EditorSkeleton />}>
        {(data) => <TemplateEditor key={data.id} template={data} />}
      </QueryView>
    </Page>
  );
}

function EditorSkeleton() {
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Skeleton className="h-[30rem] rounded-2xl" />
      <Skeleton className="h-[26rem] rounded-2xl" />
    </div>
  );
}
