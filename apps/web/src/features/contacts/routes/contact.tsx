import type { Contact } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { Page } from '#components/page.tsx';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Card } from '#components/ui/card.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { contactQuery } from '../api/contact.ts';
import { ContactConversations } from '../components/contact-conversations.tsx';
import { ContactFacts } from '../components/contact-facts.tsx';
import { ContactFields } from '../components/contact-fields.tsx';
import { contactName } from '../components/contact-name.ts';
import { IdentitiesCard } from '../components/identities-card.tsx';
import { MergeCard } from '../components/merge-card.tsx';
import { MessagesCard } from '../components/messages-card.tsx';
import { OptOutCard } from '../components/opt-out-card.tsx';
import { TagList } from '../components/tag-list.tsx';

/** One contact: by which names it is known, what it wants, what it got, and who is part of it. */
export function ContactRoute() {
  const { t } = useTranslation();
  const { contactId = '' } = useParams();
  const contact = useQuery(contactQuery(useApi(), contactId));
  const { data } = contact;
  // One that has become part of another is shown as that one, under its address.
  if (data !== undefined && data.id !== contactId) return <Navigate to={`/contacts/${data.id}`} replace />;
  return (
    <Page
      title={data === undefined ? t('contacts.page.title') : contactName(t, data)}
      heading={data === undefined && contact.isPending ? null : undefined}
      note={data === undefined ? undefined : <Note contact={data} />}
      back={{ to: '/contacts', label: t('contacts.title') }}
    >
      <QueryView query={contact} what={t('contacts.page.failed')} skeleton={<RowsSkeleton rows={6} />}>
        {(found) => <ContactPage contact={found} />}
      </QueryView>
    </Page>
  );
}

function Note({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <span className="flex flex-wrap items-center gap-2">
      {contact.name === null ? null : (
        <span className="tabular-nums">
          {contact.phone === null ? t('contacts.noPhone') : formatPhone(contact.phone)}
        </span>
      )}
      {contact.opted_out_at === null ? null : <Badge tone="warning">{t('contacts.optedOut')}</Badge>}
      <TagList tags={contact.tags} all />
    </span>
  );
}

function ContactPage({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex min-w-0 flex-col gap-5">
        <ContactConversations contactId={contact.id} />
        <MessagesCard contactId={contact.id} />
        <OptOutCard contact={contact} />
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <IdentitiesCard contactId={contact.id} />
        <MergeCard contact={contact} />
        <Card title={t('contacts.details.attributes')} bodyClassName="text-sm">
          <ContactFields contact={contact} />
          <div className="mt-4">
            <ContactFacts contact={contact} />
          </div>
        </Card>
      </div>
    </div>
  );
}
