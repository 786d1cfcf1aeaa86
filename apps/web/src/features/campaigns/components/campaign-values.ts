import { campaignInput, unknownPolicy } from '@zaphub/types';
import { z } from 'zod';
import type { CampaignInput } from '@zaphub/types';

/** The form of a campaign. Messages are keys of the dictionary. */
export const campaignValues = z
  .object({
    name: z.string().trim().min(1, 'common.validation.required').max(120, 'common.validation.tooLong'),
    templateId: z.string().min(1, 'common.validation.choose'),
    connectionId: z.string(),
    audience: z.enum(['all', 'tag']),
    tag: z.string(),
    speed: z.enum(['fast', 'slow']),
    rate: z
      .number('common.validation.number')
      .positive('common.validation.number')
      .max(10_000, 'common.validation.number'),
    unknownPolicy,
  })
  .refine((values) => values.audience === 'all' || values.tag !== '', {
    path: ['tag'],
    message: 'common.validation.choose',
  });

/** What the form of a campaign holds. */
export type CampaignValues = z.infer<typeof campaignValues>;

/** What the API wants of these values, or undefined while they are not enough. A name is not needed to ask who would get it. */
export function inputOf(values: CampaignValues): CampaignInput | undefined {
  const result = campaignInput.safeParse({
    name: values.name.trim() === '' ? '-' : values.name,
    template_id: values.templateId,
    ...(values.connectionId === '' ? {} : { connection_id: values.connectionId }),
    audience: values.audience === 'all' ? { kind: 'all' } : { kind: 'tag', tag: values.tag },
    unknown_policy: values.unknownPolicy,
    rate_per_second: values.speed === 'fast' ? null : values.rate,
  });
  return result.success ? result.data : undefined;
}
