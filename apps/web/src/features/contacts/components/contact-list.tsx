import type { Contact } from '@zaphub/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '#components/ui/badge.tsx';
import { Table, Td, Th, Tr } from '#components/ui/table.tsx';
import { formatPhone } from '#lib/format.ts';
import { useFormat } from '#lib/use-format.ts';
import { useIsPhone } from '#lib/use-is-phone.ts';
import { useNow } from '#lib/use-now.ts';
import { ContactSheet } from './contact-sheet.tsx';
import { OptOutSwitch } from './opt-out-switch.tsx';
import { TagList } from './tag-list.tsx';

/** Contacts as a table, or as cards on a phone. */
export function ContactList({ contacts }: { contacts: readonly Contact[] }) {
  const [openId, setOpenId] = useState<string>();
  const isPhone = useIsPhone();
  const List = isPhone ? ContactCards : ContactTable;
  return (
    <>
      <List contacts={contacts} onOpen={setOpenId} />
      <ContactSheet contact={contacts.find(({ id }) => id === openId)} onClose={() => setOpenId(undefined)} />
    </>
  );
}

interface ListProps {
  contacts: readonly Contact[];
  onOpen: (id: string) => void;
}

function ContactTable({ contacts, onOpen }: ListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  return (
    <Table label={t('contacts.title')}>
      <thead>
        <Tr>
          <Th>{t('contacts.column.contact')}</Th>
          <Th>{t('contacts.column.phone')}</Th>
          <Th>{t('contacts.column.tags')}</Th>
          <Th>{t('contacts.column.added')}</Th>
          <Th className="text-right">{t('contacts.column.receives')}</Th>
        </Tr>
      </thead>
      <tbody>
        {contacts.map((contact) => (
          <Tr key={contact.id}>
            <Td className="max-w-64">
              <NameButton contact={contact} onOpen={onOpen} />
            </Td>
            <Td className="whitespace-nowrap tabular-nums">
              {contact.phone === null ? (
                <span className="text-muted-foreground">{t('contacts.noPhone')}</span>
              ) : (
                formatPhone(contact.phone)
              )}
            </Td>
            <Td>
              <TagList tags={contact.tags} />
            </Td>
            <Td className="whitespace-nowrap text-muted-foreground">{format.ago(contact.created_at, now)}</Td>
            <Td>
              <span className="flex items-center justify-end gap-3">
                {contact.opted_out_at === null ? null : (
                  <Badge tone="warning">{t('contacts.optedOut')}</Badge>
                )}
                <OptOutSwitch contact={contact} />
              </span>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function ContactCards({ contacts, onOpen }: ListProps) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('contacts.title')} className="divide-y">
      {contacts.map((contact) => (
        <li key={contact.id} className="flex items-center gap-3 px-4 py-3">
          <div className="min-w-0 flex-1">
            <NameButton contact={contact} onOpen={onOpen} />
            <div className="text-[0.8125rem] text-muted-foreground tabular-nums">
              {contact.phone === null ? t('contacts.noPhone') : formatPhone(contact.phone)}
            </div>
            <div className="mt-1.5 flex flex-wrap gap-1 empty:hidden">
              {contact.opted_out_at === null ? null : <Badge tone="warning">{t('contacts.optedOut')}</Badge>}
              {contact.tags.length > 0 ? <TagList tags={contact.tags} /> : null}
            </div>
          </div>
          <OptOutSwitch contact={contact} />
        </li>
      ))}
    </ul>
  );
}

function NameButton({ contact, onOpen }: { contact: Contact; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const name = contact.name ?? t('contacts.noName');
  return (
    <button
      type="button"
      onClick={() => onOpen(contact.id)}
      title={t('contacts.details.open', { name })}
      className={`block min-h-6 max-w-full truncate rounded text-left font-medium underline-offset-4 hover:underline ${contact.name === null ? 'text-muted-foreground' : ''}`}
    >
      {name}
    </button>
  );
}
