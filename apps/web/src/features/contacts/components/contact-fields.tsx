import type { Contact } from '@zaphub/types';
import { useTranslation } from 'react-i18next';

/** The fields of a contact that templates can use. */
export function ContactFields({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const attributes = Object.entries(contact.attributes);
  if (attributes.length === 0) return <p className="mt-1.5">{t('contacts.details.noAttributes')}</p>;
  return (
    <dl className="mt-2 divide-y rounded-xl border">
      {attributes.map(([key, value]) => (
        <div key={key} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-3 px-3 py-2">
          <dt className="truncate font-mono text-xs leading-5 text-muted-foreground">{key}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
