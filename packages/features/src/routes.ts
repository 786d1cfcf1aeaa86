import { campaignRoutes } from './campaigns/index.ts';
import { networkTemplateRoutes } from './cloud-api/index.ts';
import { connectionRoutes } from './connections/index.ts';
import { contactRoutes } from './contacts/index.ts';
import { deadLetterRoutes } from './dead-letters/index.ts';
import { directMessageRoutes } from './direct-messages/index.ts';
import { conversationRoutes } from './conversations/index.ts';
import { eventRoutes } from './events/index.ts';
import { identityRoutes } from './identity/index.ts';
import { importRoutes } from './imports/index.ts';
import { optOutRoutes } from './opt-outs/index.ts';
import { pacingRoutes } from './pacing/index.ts';
import { reportRoutes } from './reports/index.ts';
import type { Route } from './routing/index.ts';
import { senderPoolRoutes } from './sender-pools/index.ts';
import { sessionRoutes } from './sessions/index.ts';
import { scheduleRoutes } from './schedules/index.ts';
import { templateRoutes } from './templates/index.ts';
import { taskRoutes } from './tasks/index.ts';
import { tenantDataRoutes } from './tenant-data/index.ts';
import { tenantRoutes } from './tenants/index.ts';
import { webhookRoutes } from './webhooks/index.ts';

/** Every route of the product: the api serves these and nothing else under `/api/v1`. One line a slice. */
export const routes: readonly Route[] = [
  ...tenantRoutes,
  ...eventRoutes,
  ...contactRoutes,
  ...identityRoutes,
  ...conversationRoutes,
  ...optOutRoutes,
  ...connectionRoutes,
  ...sessionRoutes,
  ...senderPoolRoutes,
  ...pacingRoutes,
  ...networkTemplateRoutes,
  ...importRoutes,
  ...templateRoutes,
  ...campaignRoutes,
  ...directMessageRoutes,
  ...scheduleRoutes,
  ...deadLetterRoutes,
  ...reportRoutes,
  ...taskRoutes,
  ...tenantDataRoutes,
  ...webhookRoutes,
];
