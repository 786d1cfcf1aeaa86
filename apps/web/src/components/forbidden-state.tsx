import { Lock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '#lib/workspace.ts';
import { EmptyState } from './empty-state.tsx';

/** This person may not see this; who can change that. */
export function ForbiddenState() {
  const { t } = useTranslation();
  const { role, tenant } = useWorkspace();
  return (
    <EmptyState icon={<Lock />} title={t('common.forbidden.title')}>
      {t('common.forbidden.body', { role: t(`common.role.${role}`), tenant: tenant.name })}
    </EmptyState>
  );
}
