import { campaignInput, fromPublicId, networkTemplate, unknownPolicy } from '@zaphub/types';
import { z } from 'zod';
import type { CampaignInput } from '@zaphub/types';
import { emptyPlaces, networkUseOf } from './template-places.ts';

/** The form of a campaign. Messages are keys of the dictionary. */
export const campaignValues = z
  .object({
    name: z.string().trim().min(1, 'common.validation.required').max(120, 'common.validation.tooLong'),
    /** A number or a pool; empty for the first number. */
    senderId: z.string(),
    /** One of our templates, or one that the number's network has approved. */
    content: z.enum(['own', 'network']),
    templateId: z.string(),
    network: z.object({ template: networkTemplate, texts: z.record(z.string(), z.string()) }).nullable(),
    audience: z.enum(['all', 'tag']),
    tag: z.string(),
    speed: z.enum(['fast', 'slow']),
    rate: z
      .number('common.validation.number')
      .positive('common.validation.number')
      .max(10_000, 'common.validation.number'),
    unknownPolicy,
  })
  .superRefine((values, context) => {
    const refuse = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (values.audience === 'tag' && values.tag === '') refuse(['tag'], 'common.validation.choose');
    if (values.content === 'own' && values.templateId === '') {
      refuse(['templateId'], 'common.validation.choose');
    }
    if (values.content === 'own') return;
    if (values.network === null) return refuse(['network'], 'common.validation.choose');
    for (const key of emptyPlaces(values.network.template, values.network.texts)) {
      refuse(['network', 'texts', key], 'common.validation.required');
    }
  });

/** What the form of a campaign holds. */
export type CampaignValues = z.infer<typeof campaignValues>;

/** What the API wants of these values, or undefined while they are not enough. A name is not needed to ask who would get it. */
export function inputOf(values: CampaignValues): CampaignInput | undefined {
  const { senderId, content, network } = values;
  const isPool = fromPublicId('sender_pool', senderId) !== undefined;
  const sender = isPool ? { sender_pool_id: senderId } : { connection_id: senderId };
  const hasGaps = network !== null && emptyPlaces(network.template, network.texts).length > 0;
  if (content === 'network' && (network === null || hasGaps)) return undefined;
  const result = campaignInput.safeParse({
    name: values.name.trim() === '' ? '-' : values.name,
    ...(content === 'network' && network !== null
      ? { network_template: networkUseOf(network.template, network.texts) }
      : { template_id: values.templateId }),
    ...(senderId === '' ? {} : sender),
    audience: values.audience === 'all' ? { kind: 'all' } : { kind: 'tag', tag: values.tag },
    unknown_policy: values.unknownPolicy,
    rate_per_second: values.speed === 'fast' ? null : values.rate,
  });
  return result.success ? result.data : undefined;
}
