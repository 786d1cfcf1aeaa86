import { useTranslation } from 'react-i18next';
import { Badge } from '#components/ui/badge.tsx';

const mostShown = 3;

/** The first tags, and how many more there are. */
export function TagList({ tags, all = false }: { tags: readonly string[]; all?: boolean }) {
  const { t } = useTranslation();
  const shown = all ? tags : tags.slice(0, mostShown);
  const hidden = tags.slice(shown.length);
  return (
    <span className="flex flex-wrap gap-1">
      {shown.map((tag) => (
        <Badge key={tag} className="max-w-40">
          <span className="truncate">{tag}</span>
        </Badge>
      ))}
      {hidden.length > 0 ? (
        <span title={hidden.join(', ')} className="self-center text-xs text-muted-foreground">
          {t('contacts.moreTags', { count: hidden.length })}
        </span>
      ) : null}
    </span>
  );
}
