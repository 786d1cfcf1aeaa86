import type { Contact } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { useDebounced } from '#lib/use-debounced.ts';
import { contactsQuery } from '../api/list-contacts.ts';
import { duplicatesQuery } from '../api/merges.ts';

interface MergeChoiceProps {
  contact: Contact;
  onChoose: (contactId: string) => void;
}

/** Who may be the same person: found by number and name, or searched for. */
export function MergeChoice({ contact, onChoose }: MergeChoiceProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [text, setText] = useState('');
  const search = useDebounced(text.trim(), 300);
  const duplicates = useQuery(duplicatesQuery(api, contact.id));
  const found = useQuery({ ...contactsQuery(api, { search, limit: 8 }), enabled: search !== '' });
  return (
    <div className="flex flex-col gap-5 text-sm">
      <Field label={t('contacts.merge.search')}>
        {(control) => (
          <Input
            {...control}
            type="search"
            value={text}
            placeholder={t('contacts.searchPlaceholder')}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {search === '' ? (
        <section aria-busy={duplicates.isPending}>
          <h3 className="mb-2 text-xs font-medium text-muted-foreground">
            {t('contacts.merge.suggestions')}
          </h3>
          <QueryView query={duplicates} what={t('contacts.failed')} skeleton={<RowsSkeleton rows={3} />}>
            {({ data }) => (
              <Choices
                none={t('contacts.merge.noSuggestions')}
                onChoose={onChoose}
                rows={data.map((row) => ({
                  ...row,
                  note: row.was_undone
                    ? t('contacts.merge.deniedBefore')
                    : t(`contacts.merge.reason.${row.reason}`),
                }))}
              />
            )}
          </QueryView>
        </section>
      ) : (
        <QueryView query={found} what={t('contacts.failed')} skeleton={<RowsSkeleton rows={3} />}>
          {({ data }) => (
            <Choices
              none={t('contacts.noMatch.title')}
              onChoose={onChoose}
              rows={data.filter(({ id }) => id !== contact.id).map((row) => ({ ...row, note: undefined }))}
            />
          )}
        </QueryView>
      )}
    </div>
  );
}

interface ChoicesProps {
  rows: readonly { id: string; name: string | null; phone: string | null; note: string | undefined }[];
  none: string;
  onChoose: (contactId: string) => void;
}

function Choices({ rows, none, onChoose }: ChoicesProps) {
  const { t } = useTranslation();
  if (rows.length === 0) return <p className="text-pretty text-muted-foreground">{none}</p>;
  return (
    <ul className="divide-y rounded-xl border">
      {rows.map((row) => (
        <li key={row.id}>
          <button
            type="button"
            onClick={() => onChoose(row.id)}
            className="flex w-full items-center gap-3 px-3 py-2.5 text-left -outline-offset-2 hover:bg-muted/60"
          >
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{row.name ?? t('contacts.noName')}</span>
              <span className="block text-[0.8125rem] text-muted-foreground tabular-nums">
                {row.phone === null ? t('contacts.noPhone') : formatPhone(row.phone)}
              </span>
              {row.note === undefined ? null : (
                <span className="block text-[0.8125rem] text-pretty text-muted-foreground">{row.note}</span>
              )}
            </span>
            <ChevronRight aria-hidden className="size-4 shrink-0 text-muted-foreground" />
          </button>
        </li>
      ))}
    </ul>
  );
}
