import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { Button } from './ui/button.tsx';

/** Goes through a cursor list; the cursor is in the URL (`after`), the way back in the history entry. */
export function Pager({ nextCursor }: { nextCursor: string | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const location = useLocation();
  const [parameters] = useSearchParams();
  const current = parameters.get('after');
  const earlier = earlierCursors(location.state);
  if (current === null && nextCursor === null) return null;

  function go(cursor: string | null, stack: (string | null)[]): void {
    const next = new URLSearchParams(parameters);
    if (cursor === null) next.delete('after');
    else next.set('after', cursor);
    void navigate({ search: next.toString() }, { state: { earlier: stack } });
    window.scrollTo({ top: 0 });
  }

  return (
    <nav aria-label={t('common.action.more')} className="flex items-center justify-end gap-2">
      <Button
        variant="secondary"
        size="sm"
        disabled={current === null}
        onClick={() => go(earlier.at(-1) ?? null, earlier.slice(0, -1))}
      >
        <ChevronLeft aria-hidden />
        {t('common.action.previous')}
      </Button>
      <Button
        variant="secondary"
        size="sm"
        disabled={nextCursor === null}
        onClick={() => go(nextCursor, [...earlier, current])}
      >
        {t('common.action.next')}
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}

function earlierCursors(state: unknown): (string | null)[] {
  if (typeof state !== 'object' || state === null || !('earlier' in state) || !Array.isArray(state.earlier))
    return [];
  return state.earlier.filter((cursor) => cursor === null || typeof cursor === 'string');
}
