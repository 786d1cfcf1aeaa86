import { useQuery } from '@tanstack/react-query';
import { FileSpreadsheet, Megaphone, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Card } from '#components/ui/card.tsx';
import { CampaignRow, campaignsQuery, isActive } from '#features/campaigns/index.ts';
import { ImportRow, importsQuery } from '#features/imports/index.ts';
import { useLivePoll } from '#lib/live-state.ts';
import { useApi } from '#lib/services.tsx';
import { useCan, useWorkspace } from '#lib/workspace.ts';
import { ChecklistCard } from '../components/checklist-card.tsx';
import { SampleDataCard } from '../components/sample-data-card.tsx';
import { Totals } from '../components/totals.tsx';

/** Where things stand, and what to do next. */
export function HomeRoute() {
  const { t } = useTranslation();
  const { tenant } = useWorkspace();
  const canSend = useCan('operator');
  return (
    <Page
      title={t('home.title')}
      heading={t(`home.greeting.${partOfDay(new Date().getHours())}`)}
      note={t('home.note', { tenant: tenant.name })}
      actions={
        canSend ? (
          <ButtonLink to="/campaigns/new">
            <Plus aria-hidden />
            {t('campaigns.new')}
          </ButtonLink>
        ) : undefined
      }
    >
      <Totals />
      <SampleDataCard />
      <ChecklistCard />
      <RecentCampaigns />
      <RecentImports />
    </Page>
  );
}

function RecentCampaigns() {
  const { t } = useTranslation();
  const options = campaignsQuery(useApi(), { limit: 20 });
  const campaigns = useQuery({ ...options, refetchInterval: useLivePoll(true) });
  const running = campaigns.data?.data.filter(({ status }) => isActive(status)) ?? [];
  const isLive = running.length > 0;
  return (
    <Card
      title={t(isLive ? 'home.live.title' : 'home.live.recent')}
      action={<SeeAll to="/campaigns" />}
      flush
    >
      <div>
        <QueryView query={campaigns} what={t('campaigns.failed')} skeleton={<RowsSkeleton rows={3} />}>
          {(page) =>
            page.data.length === 0 ? (
              <Nothing icon={<Megaphone />}>{t('home.live.empty')}</Nothing>
            ) : (
              <ul className="divide-y">
                {(isLive ? running : page.data.slice(0, 5)).map((campaign) => (
                  <CampaignRow key={campaign.id} campaign={campaign} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </Card>
  );
}

function RecentImports() {
  const { t } = useTranslation();
  const options = importsQuery(useApi(), { limit: 4 });
  const imports = useQuery({ ...options, refetchInterval: useLivePoll(true) });
  return (
    <Card title={t('home.imports.title')} action={<SeeAll to="/contacts/imports" />} flush>
      <div>
        <QueryView query={imports} what={t('imports.failed')} skeleton={<RowsSkeleton rows={2} />}>
          {(page) =>
            page.data.length === 0 ? (
              <Nothing icon={<FileSpreadsheet />}>{t('home.imports.empty')}</Nothing>
            ) : (
              <ul className="divide-y">
                {page.data.map((job) => (
                  <ImportRow key={job.id} job={job} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </Card>
  );
}

function SeeAll({ to }: { to: string }) {
  const { t } = useTranslation();
  return (
    <Link
      to={to}
      className="rounded text-[0.8125rem] font-medium text-primary-text underline-offset-4 hover:underline"
    >
      {t('common.action.seeAll')}
    </Link>
  );
}

function Nothing({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="flex items-center gap-3 px-4 py-5 text-sm text-muted-foreground sm:px-5 [&_svg]:size-4.5">
      {icon}
      {children}
    </p>
  );
}

function partOfDay(hour: number): 'morning' | 'afternoon' | 'evening' {
  if (hour >= 5 && hour < 12) return 'morning';
  return hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
}
