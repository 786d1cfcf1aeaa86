import { type Connection, fromPublicId } from '@zaphub/types';
import { useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Field } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { connectionsQuery, useConnectionSummary } from '#features/connections/index.ts';
import { senderPoolsQuery } from '#features/sender-pools/index.ts';
import { useApi } from '#lib/services.tsx';
import { useFormat } from '#lib/use-format.ts';
import type { CampaignValues } from './campaign-values.ts';

/** The number that a form has chosen, the first one when none is; undefined for a pool, and while numbers load. */
export function useChosenNumber(senderId: string): Connection | undefined {
  const connections = useQuery(connectionsQuery(useApi())).data?.data ?? [];
  return senderId === '' ? connections[0] : connections.find(({ id }) => id === senderId);
}

/** Which number or pool sends the campaign; not shown while there is nothing to choose. */
export function SenderField({ form }: { form: UseFormReturn<CampaignValues> }) {
  const { t } = useTranslation();
  const api = useApi();
  const format = useFormat();
  const summary = useConnectionSummary();
  const connections = useQuery(connectionsQuery(api)).data?.data ?? [];
  const pools = useQuery(senderPoolsQuery(api)).data?.data ?? [];
  const senderId = form.watch('senderId');
  const chosen = useChosenNumber(senderId);
  const official = connections.filter(({ provider }) => provider === 'cloud-api');
  if (connections.length + pools.length < 2) return null;

  function choose(id: string): void {
    form.setValue('senderId', id, { shouldDirty: true });
    // A template of the network belongs to its number.
    form.setValue('network', null);
    const next = connections.find((connection) => connection.id === id);
    form.setValue('content', next?.provider === 'cloud-api' ? 'network' : 'own');
  }

  const isPool = fromPublicId('sender_pool', senderId) !== undefined;
  const names = format.list(official.map(({ name }) => name));
  const hint =
    official.length === 0 || chosen?.provider === 'cloud-api'
      ? undefined
      : t(isPool ? 'campaigns.form.networkNotPool' : 'campaigns.form.networkOnly', { names });
  return (
    <Field label={t('campaigns.form.connection')} hint={hint}>
      {(control) => (
        <Select
          {...control}
          value={senderId === '' ? (connections[0]?.id ?? null) : senderId}
          onChange={choose}
          options={[
            ...connections.map((connection) => ({
              value: connection.id as string,
              label: connection.name,
              note: summary(connection),
            })),
            ...pools.map((pool) => ({
              value: pool.id as string,
              label: pool.name,
              note: t('campaigns.form.poolNote', { count: pool.members.length }),
            })),
          ]}
        />
      )}
    </Field>
  );
}
