import type { Connection } from '@zaphub/types';
import { EllipsisVertical, Pause, Play, Plug, Trash2, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DeleteDialog } from '#components/delete-dialog.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Menu, MenuItem } from '#components/ui/menu.tsx';
import { useToastError } from '#lib/describe-error.ts';
import { useCan } from '#lib/workspace.ts';
import { type ConnectionMove, useDeleteConnection, useMoveConnection } from '../api/change-connection.ts';
import { isOnItsWay, isResting } from './connection-words.ts';

/** What can be done to a number: connect, disconnect, hold, release, take away. */
export function ConnectionActions({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const toastError = useToastError();
  const canConnect = useCan('operator');
  const canDelete = useCan('admin');
  const move = useMoveConnection(connection.id);
  const remove = useDeleteConnection(connection.id);
  const [asking, setAsking] = useState<'disconnect' | 'delete' | undefined>();
  const go = (next: ConnectionMove, failed: string): void =>
    move.mutate(next, {
      onError: (error) => toastError(failed, error),
      onSettled: () => setAsking(undefined),
    });
  const isBusy = (verb: ConnectionMove['verb']): boolean => move.isPending && move.variables.verb === verb;
  const resting = isResting(connection);
  if (!canConnect) return null;
  return (
    <>
      {resting ? (
        <Button
          busy={isBusy('connect')}
          onClick={() => go({ verb: 'connect' }, t('connections.action.connectFailed'))}
        >
          <Plug aria-hidden />
          {t('connections.action.connect')}
        </Button>
      ) : isOnItsWay(connection) ? (
        <Button
          variant="secondary"
          busy={isBusy('disconnect')}
          onClick={() => go({ verb: 'disconnect' }, t('connections.action.disconnectFailed'))}
        >
          <Unplug aria-hidden />
          {t('connections.action.cancel')}
        </Button>
      ) : connection.hold === null ? (
        <Button
          variant="secondary"
          busy={isBusy('hold')}
          onClick={() => go({ verb: 'hold' }, t('connections.action.holdFailed'))}
        >
          <Pause aria-hidden />
          {t('connections.action.hold')}
        </Button>
      ) : (
        <Button
          busy={isBusy('release')}
          onClick={() => go({ verb: 'release' }, t('connections.action.releaseFailed'))}
        >
          <Play aria-hidden />
          {t('connections.action.release')}
        </Button>
      )}
      {(!resting && !isOnItsWay(connection)) || canDelete ? (
        <Menu
          trigger={
            <Button variant="secondary" size="icon" aria-label={t('common.action.more')}>
              <EllipsisVertical aria-hidden />
            </Button>
          }
        >
          {resting || isOnItsWay(connection) ? null : (
            <MenuItem onClick={() => setAsking('disconnect')}>
              <Unplug aria-hidden />
              {t('connections.action.disconnect')}
            </MenuItem>
          )}
          {canDelete ? (
            <MenuItem onClick={() => setAsking('delete')}>
              <Trash2 aria-hidden />
              {t('connections.action.delete')}
            </MenuItem>
          ) : null}
        </Menu>
      ) : null}
      <ConfirmDialog
        open={asking === 'disconnect'}
        onOpenChange={(open) => setAsking(open ? 'disconnect' : undefined)}
        title={t('connections.disconnect.title')}
        confirmLabel={t('connections.action.disconnect')}
        cancelLabel={t('common.action.cancel')}
        busy={isBusy('disconnect')}
        onConfirm={() => go({ verb: 'disconnect' }, t('connections.action.disconnectFailed'))}
      >
        <p>{t('connections.disconnect.body')}</p>
      </ConfirmDialog>
      <DeleteDialog
        open={asking === 'delete'}
        onClose={() => setAsking(undefined)}
        title={t('connections.delete.title', { name: connection.name })}
        confirmLabel={t('connections.action.delete')}
        remove={remove}
        done={t('connections.delete.done')}
        failed={t('connections.delete.failed')}
        leaveTo="/connections"
      >
        <p>{t('connections.delete.body')}</p>
      </DeleteDialog>
    </>
  );
}
