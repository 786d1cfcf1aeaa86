import type { Contact } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '#components/copy-button.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useWorkspace } from '#lib/workspace.ts';

/** Since when a contact is here, when it changed, and by which id the API knows it. */
export function ContactFacts({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { tenant } = useWorkspace();
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
      <dt className="text-muted-foreground">{t('contacts.details.added')}</dt>
      <dd>{format.dateTime(contact.created_at, tenant.timezone)}</dd>
      <dt className="text-muted-foreground">{t('contacts.details.changed')}</dt>
      <dd>{format.dateTime(contact.updated_at, tenant.timezone)}</dd>
      <dt className="text-muted-foreground">{t('contacts.details.id')}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <code className="truncate font-mono text-xs">{contact.id}</code>
        <CopyButton text={contact.id} label={t('contacts.details.copyId')} />
      </dd>
    </dl>
  );
}
