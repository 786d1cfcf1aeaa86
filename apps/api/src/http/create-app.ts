import type { Route } from '@zaphub/features';
import type { Logger } from '@zaphub/telemetry';
import express, { type Express } from 'express';
import type { ApiConfig } from '../config.ts';
import type { Dashboard } from '../dashboard/load-dashboard.ts';
import { serveDashboard } from '../dashboard/serve-dashboard.ts';
import { logRequests } from './access-log.ts';
import { bullBoard } from './bull-board.ts';
import { compressReplies } from './compression.ts';
import { answerErrors, notFound } from './errors.ts';
import { mountRoutes } from './mount-routes.ts';
import { createOperatorGate } from './operator-auth.ts';
import { operatorEndpoints, type OperatorParts } from './operator-endpoints.ts';
import { queueEndpoints } from './queue-endpoints.ts';
import type { RouteEngine } from './run-route.ts';
import { securityHeaders } from './security-headers.ts';
import type { SupabaseProxy } from './supabase-proxy.ts';
import { webhookEndpoints, type WebhookParts } from './webhooks.ts';
import { type PublicConfig, systemEndpoints, type SystemState } from './system-endpoints.ts';

export interface AppParts {
  readonly config: Pick<ApiConfig, 'isHttps' | 'trustProxy'>;
  readonly publicConfig: PublicConfig;
  readonly logger: Logger;
  readonly registry: readonly Route[];
  readonly engine: RouteEngine;
  readonly system: SystemState;
  readonly operators: OperatorParts;
  readonly proxy: SupabaseProxy;
  readonly dashboard: Dashboard;
  /** Absent: networks have no address here. */
  readonly webhooks?: WebhookParts;
}

/** The HTTP side of the product, without a port. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  // Express wants an array of its own for a list of addresses.
  const { trustProxy } = parts.config;
  app.set('trust proxy', typeof trustProxy === 'object' ? [...trustProxy] : trustProxy);

  if (parts.webhooks !== undefined) app.use(webhookEndpoints(parts.webhooks));
  app.use(logRequests(parts.logger, parts.operators.stats));
  app.use(
    securityHeaders({
      isHttps: parts.config.isHttps,
      inlineScriptHashes: parts.dashboard.inlineScriptHashes,
    }),
  );
  app.use(systemEndpoints(parts.system, parts.publicConfig));
  const gate = createOperatorGate(parts.operators.token, parts.engine.limiter);
  const { queues } = parts.operators;
  app.use(operatorEndpoints(parts.operators, gate));
  const { db: database, hub } = parts.engine.app;
  app.use(queueEndpoints({ gate, queues, database, hub, logger: parts.logger }));
  app.use(bullBoard({ gate, queues }));
  app.use(compressReplies());
  app.use(parts.proxy.handler);
  app.use('/api/v1', mountRoutes(parts.registry, parts.engine));
  app.use(serveDashboard(parts.dashboard));
  app.use(notFound);
  app.use(answerErrors(parts.logger));
  return app;
}
