import type { ContactIdentities } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { Badge } from '#components/ui/badge.tsx';
import { Card } from '#components/ui/card.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { identitiesQuery } from '../api/contact.ts';

/** By which numbers and names a contact is known, and which form of a number messages go to. */
export function IdentitiesCard({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const identities = useQuery(identitiesQuery(useApi(), contactId));
  return (
    <Card title={t('contacts.identity.title')}>
      <QueryView
        query={identities}
        what={t('contacts.identity.failed')}
        skeleton={<Skeleton className="h-16 w-full" />}
      >
        {(data) => <Identities identities={data} />}
      </QueryView>
    </Card>
  );
}

function Identities({ identities }: { identities: ContactIdentities }) {
  const { t } = useTranslation();
  const { forms, data } = identities;
  const shown = new Set(forms.map(({ value }) => value));
  const others = data.filter(({ kind, value }) => kind !== 'phone' || !shown.has(value));
  if (forms.length === 0 && others.length === 0) {
    return <p className="text-sm text-muted-foreground">{t('contacts.identity.none')}</p>;
  }
  return (
    <div className="flex flex-col gap-3 text-sm">
      <ul className="divide-y rounded-xl border">
        {forms.map(({ value, is_used: isUsed }) => (
          <li key={value} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <span className="grow whitespace-nowrap tabular-nums">{formatPhone(value)}</span>
            {forms.length === 1 ? null : isUsed ? (
              <Badge tone="success">{t('contacts.identity.used')}</Badge>
            ) : (
              <span className="text-xs text-muted-foreground">{t('contacts.identity.otherForm')}</span>
            )}
          </li>
        ))}
        {others.map(({ kind, value }) => (
          <li key={`${kind} ${value}`} className="flex min-h-11 items-center gap-3 px-3 py-2">
            <span className="min-w-0 flex-1 break-all">
              {kind === 'phone' ? formatPhone(value) : kind === 'username' ? `@${value}` : value}
            </span>
            <span className="shrink-0 text-xs text-muted-foreground">
              {t(`contacts.identity.kind.${kind}`)}
            </span>
          </li>
        ))}
      </ul>
      {forms.length > 1 ? (
        <p className="text-[0.8125rem] text-pretty text-muted-foreground">
          {t(identities.is_form_known ? 'contacts.identity.formKnown' : 'contacts.identity.formGuessed')}
        </p>
      ) : null}
    </div>
  );
}
