import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ChatPreview } from '#components/whatsapp/chat-preview.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { contactsQuery } from '#features/contacts/index.ts';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import type { useTemplatePreview } from './use-template-preview.ts';

interface PreviewPaneProps {
  state: ReturnType<typeof useTemplatePreview>;
  contactId: string | undefined;
  onContact: (id: string) => void;
}

/** The message in a chat, for a contact that can be changed: gaps show with one contact and not with another. */
export function PreviewPane({ state, contactId, onContact }: PreviewPaneProps) {
  const { t } = useTranslation();
  const contacts = useQuery(contactsQuery(useApi(), { limit: 50 })).data?.data ?? [];
  const reader = state.preview?.contact ?? contacts[0];
  const chosen = contactId ?? reader?.id ?? null;
  return (
    <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-6">
      {contacts.length > 0 ? (
        <Field label={t('templates.preview.contact')}>
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onChange={onContact}
              options={contacts.slice(0, 12).map((contact) => ({
                value: contact.id,
                label: contact.name ?? (contact.phone === null ? contact.id : formatPhone(contact.phone)),
                ...(contact.phone === null || contact.name === null
                  ? {}
                  : { note: formatPhone(contact.phone) }),
              }))}
            />
          )}
        </Field>
      ) : null}
      <ChatPreview
        text={state.text}
        name={
          reader?.name ?? (reader?.phone == null ? t('templates.preview.nobody') : formatPhone(reader.phone))
        }
        phone={reader?.phone == null ? undefined : formatPhone(reader.phone)}
        placeholder={t('templates.preview.placeholder')}
        stale={state.isStale}
      />
      {contacts.length === 0 ? (
        <p className="text-[0.8125rem] text-muted-foreground">{t('templates.preview.nobodyNote')}</p>
      ) : null}
      {state.error === null ? null : (
        <p role="status" className="text-[0.8125rem] text-warning-text">
          {t('templates.preview.failed')}
        </p>
      )}
    </div>
  );
}
