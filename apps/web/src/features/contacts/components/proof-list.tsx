import type { OptOutProof } from '@zaphub/types';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '#components/ui/button.tsx';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import { useWorkspace } from '#lib/workspace.ts';
import { proofsQuery } from '../api/list-proofs.ts';

/** What a contact said about getting messages, when and where; nothing when they never said anything. */
export function ProofList({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const proofs = useInfiniteQuery(proofsQuery(useApi(), contactId));
  const all = proofs.data?.pages.flatMap((page) => page.data) ?? [];
  if (all.length === 0) return null;
  return (
    <section>
      <h3 className="text-xs font-medium text-muted-foreground">{t('contacts.proof.title')}</h3>
      <ol className="mt-2 divide-y rounded-xl border">
        {all.map((proof) => (
          <Proof key={`${proof.recorded_at} ${proof.source}`} proof={proof} />
        ))}
      </ol>
      {proofs.hasNextPage ? (
        <Button
          variant="secondary"
          size="sm"
          className="mt-2"
          busy={proofs.isFetchingNextPage}
          onClick={() => void proofs.fetchNextPage()}
        >
          {t('contacts.proof.more')}
        </Button>
      ) : null}
    </section>
  );
}

function Proof({ proof }: { proof: OptOutProof }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { tenant } = useWorkspace();
  // What a merge writes down by itself is said by its source, in the reader's language.
  const source = `contacts.proof.source.${proof.source}`;
  return (
    <li className="px-3 py-2">
      <p className="font-medium">
        {proof.action === 'opt_out' ? t('contacts.proof.out') : t('contacts.proof.in')}
      </p>
      <p className="text-[0.8125rem] text-muted-foreground">
        {i18n.exists(source) ? t(source) : proof.source}
        {' · '}
        <time dateTime={proof.occurred_at}>{format.dateTime(proof.occurred_at, tenant.timezone)}</time>
        {proof.by?.email == null ? null : ` · ${proof.by.email}`}
      </p>
      {proof.evidence === null || proof.source.startsWith('merge') ? null : (
        <blockquote className="mt-1 border-l-2 pl-2 text-[0.8125rem] break-words">
          {proof.evidence}
        </blockquote>
      )}
    </li>
  );
}
