import type { Database, TenantScope, Tx } from '@zaphub/db';
import { AppError, messageContent, networkTemplateUse } from '@zaphub/types';
import type { MessageContent } from '@zaphub/types';
import { sampleRecipients } from '../../audiences/index.ts';
import { compileNetworkTemplate } from '../../cloud-api/index.ts';
import { createDirectMessage, readAddressee } from '../../direct-messages/index.ts';
import type { DirectMessageMade } from '../../direct-messages/index.ts';
import { compileTemplate } from '../../templates/index.ts';
import { getCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';

/**
 * Sends one person what a campaign says, as a direct message that is marked as a test; the campaign stays as it is. Its
 * variables have the values of the first contact who would get it.
 * @throws AppError `not_found`, `phone_invalid`, `contact_opted_out`, `contact_unreachable`, `audience_empty`
 */
export async function testCampaign(
  deps: { db: Database },
  scope: TenantScope,
  input: { campaignId: string; to: string; idempotencyKey: string },
): Promise<DirectMessageMade> {
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await getCampaign(scope, tx, input.campaignId);
    return createDirectMessage(tx, scope, {
      ...(await readAddressee(scope, tx, input.to)),
      connectionId: campaign.connection_id,
      content: await contentOf(scope, tx, campaign),
      idempotencyKey: `test:${input.idempotencyKey}`,
      isTest: true,
    });
  });
}

async function contentOf(scope: TenantScope, tx: Tx, campaign: CampaignRow): Promise<MessageContent> {
  const use = networkTemplateUse.nullable().parse(campaign.network_template);
  const template =
    use === null
      ? compileTemplate(campaign.body)
      : compileNetworkTemplate(use, { preview: campaign.body, compile: compileTemplate });
  const person =
    template.variables.length === 0
      ? { name: null, phone: null, attributes: {} }
      : (await sampleRecipients(scope, tx, campaign.audience, template.required, 1))[0];
  if (person === undefined) {
    throw new AppError('audience_empty', 'nobody has the values that the text needs');
  }
  const { text, content } = template.render(person);
  return content === undefined ? { kind: 'text', text } : messageContent.parse(content);
}
