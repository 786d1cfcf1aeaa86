import type { Contact } from '@zaphub/types';
import { UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '#components/ui/button-link.tsx';
import { Sheet } from '#components/ui/sheet.tsx';
import { formatPhone } from '#lib/format.ts';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { ContactConversations } from './contact-conversations.tsx';
import { ContactFacts } from './contact-facts.tsx';
import { ContactFields } from './contact-fields.tsx';
import { ProofList } from './proof-list.tsx';
import { TagList } from './tag-list.tsx';

/** Everything that is known about one contact. */
export function ContactSheet({ contact, onClose }: { contact: Contact | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet
      open={contact !== undefined}
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={contact?.name ?? t('contacts.noName')}
      note={contact?.phone == null ? t('contacts.noPhone') : formatPhone(contact.phone)}
    >
      {contact === undefined ? null : <ContactDetails contact={contact} />}
    </Sheet>
  );
}

function ContactDetails({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  return (
    <div className="flex flex-col gap-5 text-sm">
      <ButtonLink to={`/contacts/${contact.id}`} variant="secondary" size="sm" className="self-start">
        <UserRound aria-hidden />
        {t('contacts.details.page')}
      </ButtonLink>
      <p className="text-muted-foreground">
        {contact.opted_out_at === null
          ? t('contacts.receives')
          : t('contacts.optedOutSince', { when: format.ago(contact.opted_out_at, now) })}
      </p>
      {contact.tags.length > 0 ? <TagList tags={contact.tags} all /> : null}
      <ContactConversations contactId={contact.id} />
      <ProofList contactId={contact.id} />
      <section>
        <h3 className="text-xs font-medium text-muted-foreground">{t('contacts.details.attributes')}</h3>
        <ContactFields contact={contact} />
      </section>
      <ContactFacts contact={contact} />
    </div>
  );
}
