import type { ContactMergePreview } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import { ArrowDownUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '#components/query-view.tsx';
import { RowsSkeleton } from '#components/rows-skeleton.tsx';
import { Button } from '#components/ui/button.tsx';
import { formatPhone } from '#lib/format.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { mergePreviewQuery } from '../api/merges.ts';
import { mergeFacts } from './merge-facts.ts';

interface MergePreviewProps {
  keptId: string;
  mergedId: string;
  busy: boolean;
  onTurn: () => void;
  onBack: () => void;
  onMerge: () => void;
}

/** What a merge would make of two contacts, in sentences, and the last question before it. */
export function MergePreview({ keptId, mergedId, busy, onTurn, onBack, onMerge }: MergePreviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const preview = useQuery(mergePreviewQuery(useApi(), keptId, mergedId));
  return (
    <div className="flex flex-col gap-4 text-sm">
      <QueryView
        query={preview}
        what={t('contacts.merge.previewFailed')}
        skeleton={<RowsSkeleton rows={4} />}
      >
        {(data) => (
          <>
            <div className="flex flex-col gap-3">
              <Side label={t('contacts.merge.stays')} side={data.kept} />
              <Button variant="ghost" size="sm" className="self-start" disabled={busy} onClick={onTurn}>
                <ArrowDownUp aria-hidden />
                {t('contacts.merge.turn')}
              </Button>
              <Side label={t('contacts.merge.becomesPart')} side={data.merged} />
            </div>
            <section>
              <h3 className="text-xs font-medium text-muted-foreground">{t('contacts.merge.after')}</h3>
              <ul className="mt-2 flex list-disc flex-col gap-1.5 pl-4 text-pretty">
                {mergeFacts(t, format, data).map((fact) => (
                  <li key={fact}>{fact}</li>
                ))}
              </ul>
            </section>
          </>
        )}
      </QueryView>
      <p className="text-[0.8125rem] text-pretty text-muted-foreground">{t('contacts.merge.canUndo')}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="secondary" disabled={busy} onClick={onBack}>
          {t('common.action.back')}
        </Button>
        <Button busy={busy} disabled={preview.data === undefined} onClick={onMerge}>
          {t('contacts.merge.confirm')}
        </Button>
      </div>
    </div>
  );
}

function Side({ label, side }: { label: string; side: ContactMergePreview['kept'] }) {
  const { t } = useTranslation();
  return (
    <div className="rounded-xl border px-3 py-2">
      <p className="text-xs text-muted-foreground">{label}</p>
      <p>
        <span className="block font-medium break-words">{side.name ?? t('contacts.noName')}</span>
        <span className="block text-[0.8125rem] text-muted-foreground tabular-nums">
          {side.phone === null ? t('contacts.noPhone') : formatPhone(side.phone)}
          {side.opted_out ? ` · ${t('contacts.optedOut')}` : ''}
        </span>
      </p>
    </div>
  );
}
