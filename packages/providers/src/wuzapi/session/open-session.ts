import { AppError } from '@zaphub/types';
import type { OpenSessionOptions } from '../../session.ts';
import { wuzapiSettings, wuzapiAccountOf } from '../wuzapi-account.ts';
import type { WuzapiClient } from '../wuzapi-client.ts';
import { createGatewaySession } from './gateway-session.ts';
import { type SessionPace, type WatchedSession, watchSession } from './watched-session.ts';

const usualPace: SessionPace = {
  pollMs: 5_000,
  pairingPollMs: 1_000,
  graceMs: 60_000,
  settleMs: 10_000,
  pairingMs: 180_000,
  callTimeoutMs: 10_000,
};

/**
 * Begins to watch a number at the gateway that its settings name.
 * @throws AppError `connection_invalid` for settings that name none
 */
export function openWuzapiSession(
  deps: { readonly client: WuzapiClient; readonly webhookUrl: string | undefined },
  options: OpenSessionOptions,
  pace: Partial<SessionPace> = {},
): Promise<WatchedSession> {
  const account = wuzapiAccountOf(options.settings);
  if (account === undefined) {
    const issues = wuzapiSettings.safeParse(options.settings).error?.issues ?? [];
    const fields = [...new Set(issues.map((issue) => String(issue.path[0] ?? '')))];
    return Promise.reject(
      new AppError('connection_invalid', `settings of a gateway that make no sense: ${fields.join(', ')}`, {
        details: { fields },
      }),
    );
  }
  const whole = { ...usualPace, ...pace };
  const gateway = createGatewaySession(deps.client, account, whole.callTimeoutMs);
  return Promise.resolve(watchSession({ gateway, webhookUrl: deps.webhookUrl }, options, whole));
}
