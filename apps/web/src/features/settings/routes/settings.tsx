import { useTranslation } from 'react-i18next';
import { Page } from '#components/page.tsx';
import { useServices } from '#lib/services.tsx';
import { ConnectionsCard } from '../components/connections-card.tsx';
import { PersonalCard } from '../components/personal-card.tsx';
import { SendingLimitsCard } from '../components/sending-limits-card.tsx';
import { WebhooksCard } from '../components/webhooks-card.tsx';
import { WorkspaceForm } from '../components/workspace-form.tsx';

/** The workspace and its limits, the person, and the numbers to send from. */
export function SettingsRoute() {
  const { t } = useTranslation();
  const { version } = useServices();
  return (
    <Page title={t('settings.title')} width="narrow">
      <WorkspaceForm />
      <SendingLimitsCard />
      <PersonalCard />
      <ConnectionsCard />
      <WebhooksCard />
      {version === null ? null : (
        <p className="text-center text-xs text-muted-foreground">{t('settings.version', { version })}</p>
      )}
    </Page>
  );
}
