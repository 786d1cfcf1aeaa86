import { AppError } from '@zaphub/types';
import type { OpenSessionOptions } from '../../session.ts';
import { wuzapiSettings, wuzapiAccountOf } from '../wuzapi-account.ts';
import { isCallable } from '../gateway-address.ts';
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
 * @throws AppError `connection_invalid` for settings that name none, or one that may not be called
 */
export function openWuzapiSession(
  deps: {
    readonly client: WuzapiClient;
    readonly hosts: readonly string[] | undefined;
    readonly webhookUrl: string | undefined;
  },
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
  if (!isCallable(account.baseUrl, deps.hosts)) {
    const details = { fields: ['base_url'] };
    return Promise.reject(
      new AppError('connection_invalid', 'a gateway that may not be called', { details }),
    );
  }
  const whole = { ...usualPace, ...pace };
  const gateway = createGatewaySession(deps.client, account, whole.callTimeoutMs);
  return Promise.resolve(watchSession({ gateway, webhookUrl: deps.webhookUrl }, options, whole));
}
