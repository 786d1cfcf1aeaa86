import { useTranslation } from 'react-i18next';
import { ForbiddenState } from '#components/forbidden-state.tsx';
import { Page } from '#components/page.tsx';
import { useCan } from '#lib/workspace.ts';
import { NewConnectionForm } from '../components/new-connection-form.tsx';

/** Adds a number to send from. */
export function NewConnectionRoute() {
  const { t } = useTranslation();
  const canAdd = useCan('admin');
  return (
    <Page
      title={t('connections.new.title')}
      back={{ to: '/connections', label: t('connections.back') }}
      width="narrow"
    >
      {canAdd ? <NewConnectionForm /> : <ForbiddenState />}
    </Page>
  );
}
