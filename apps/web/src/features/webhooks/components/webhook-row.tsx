import type { Webhook } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '#lib/use-format.ts';
import { useNow } from '#lib/use-now.ts';
import { WebhookState } from './webhook-state.tsx';

/** One webhook of the list: where to, what for, how it does. */
export function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  const { id, url, description, types, waiting, failed, last_success_at: last } = webhook;
  return (
    <li className="relative flex items-center gap-4 px-4 py-3.5 hover:bg-muted/50 sm:px-5">
      <div className="min-w-0 flex-1">
        <Link
          to={`/webhooks/${id}`}
          className="block truncate text-sm font-medium after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2"
        >
          {description === '' ? url : description}
        </Link>
        {description === '' ? null : <p className="truncate text-[0.8125rem] text-muted-foreground">{url}</p>}
        <p className="mt-0.5 text-[0.8125rem] text-pretty text-muted-foreground">
          {[
            t('webhooks.events', { count: types.length }),
            ...(last === null ? [] : [t('webhooks.last', { ago: format.ago(last, now) })]),
            ...(waiting === 0 ? [] : [t('webhooks.waiting', { count: waiting })]),
            ...(failed === 0 ? [] : [t('webhooks.failedCount', { count: failed })]),
          ].join(' · ')}
        </p>
      </div>
      <WebhookState webhook={webhook} />
    </li>
  );
}
