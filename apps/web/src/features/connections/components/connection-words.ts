import type { Connection } from '@zaphub/types';
import { useTranslation } from 'react-i18next';
import type { Tone } from '#components/ui/badge.tsx';
import { formatPhone } from '#lib/format.ts';
import { useFormat } from '#lib/use-format.ts';

/** The colour of each state. */
export const statusTones: Record<Connection['status'], Tone> = {
  created: 'neutral',
  connecting: 'info',
  qr: 'info',
  pairing_code: 'info',
  connected: 'success',
  degraded: 'warning',
  reconnecting: 'warning',
  logged_out: 'danger',
  banned: 'danger',
  stopped: 'neutral',
};

/** Whether the number must log in before it can send. */
export function needsSession({ provider }: Pick<Connection, 'provider'>): boolean {
  return provider === 'wuzapi' || provider === 'baileys';
}

/** Whether nothing is open and nothing happens by itself. */
export function isResting({ status }: Pick<Connection, 'status'>): boolean {
  return status === 'created' || status === 'stopped' || status === 'logged_out' || status === 'banned';
}

/** Whether it is being connected for the first time: nothing can be sent yet. */
export function isOnItsWay({ status }: Pick<Connection, 'status'>): boolean {
  return status === 'connecting' || status === 'qr' || status === 'pairing_code';
}

/** The number, else what kind of connection it is. */
export function useConnectionSummary(): (connection: Connection) => string {
  const { t } = useTranslation();
  return (connection) => {
    const provider = t(`connections.provider.${connection.provider}`);
    return connection.phone === null ? provider : `${formatPhone(connection.phone)} · ${provider}`;
  };
}

/** What a state means and what to do about it, in a sentence or two. A cause that is new shows its code. */
export function useStatusWords(): (connection: Connection) => { what: string; remedy: string | null } {
  const { t, i18n } = useTranslation();
  return ({ status, status_cause: cause, status_detail: detail }) => {
    const isKnown = cause !== null && i18n.exists(`connections.cause.${cause}.what`);
    const what = isKnown
      ? t(`connections.cause.${cause}.what`)
      : [t(`connections.statusNote.${status}`), cause].filter((part) => part !== null).join(' ');
    const hasRemedy = isKnown && i18n.exists(`connections.cause.${cause}.remedy`);
    const remedy = hasRemedy ? t(`connections.cause.${cause}.remedy`) : null;
    return { what: detail === null ? what : `${what} (${detail})`, remedy };
  };
}

/** Why sending is held, in words; a cause that is new shows its code. */
export function useHoldWords(): (cause: string) => string {
  const { t, i18n } = useTranslation();
  return (cause) => {
    // What a network said of a message is also why it holds a number.
    const known = [`connections.holdCause.${cause}`, `campaigns.reason.${cause}`].find((key) =>
      i18n.exists(key),
    );
    return known === undefined ? t('connections.hold.because', { cause }) : t(known);
  };
}

/** When a hold ends, in a sentence. */
export function useHoldEndWords(): (hold: NonNullable<Connection['hold']>) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ until }) =>
    until === null
      ? t('connections.hold.open')
      : t('connections.hold.until', { time: format.dateTime(until) });
}
