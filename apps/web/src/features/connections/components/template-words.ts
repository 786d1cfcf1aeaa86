import type { NetworkTemplate } from '@zaphub/types';
import { useTranslation } from 'react-i18next';

interface TemplateWords {
  status: (template: NetworkTemplate) => string;
  category: (template: NetworkTemplate) => string;
  /** Why it cannot be sent, in a sentence; null for one that can. */
  obstacle: (template: NetworkTemplate) => string | null;
}

/** Words about a template of a number's network. What the network has invented since shows as it is. */
export function useTemplateWords(): TemplateWords {
  const { t, i18n } = useTranslation();
  const orAsIs = (key: string, word: string): string => (i18n.exists(key) ? t(key) : word);
  return {
    status: ({ status }) => orAsIs(`connections.templateStatus.${status}`, status),
    category: ({ category }) => orAsIs(`connections.templateCategory.${category}`, category.toLowerCase()),
    obstacle: ({ status, rejected_reason: reason }) => {
      if (status === 'APPROVED') return null;
      const why = orAsIs(
        `connections.templateObstacle.${status}`,
        t('connections.templateObstacle.other', { status }),
      );
      return reason === null || reason === 'NONE' ? why : `${why} (${reason})`;
    },
  };
}
