import { z } from 'zod';
import { publicId } from './ids.ts';

export const role = z.enum(['owner', 'admin', 'operator', 'viewer']);
export type Role = z.infer<typeof role>;

export const locale = z.enum(['pt-BR', 'en']);
export type Locale = z.infer<typeof locale>;

/** ISO 3166-1 alpha-2. */
export const countryCode = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .meta({ examples: ['BR'] });

/** An IANA time zone that this runtime knows. */
export const timezone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
    } catch {
      return false;
    }
  }, 'unknown time zone')
  .meta({ examples: ['America/Sao_Paulo'] });

export const plan = z.enum(['free', 'pro', 'enterprise']);
export type Plan = z.infer<typeof plan>;

export const tenant = z.object({
  id: publicId('tenant'),
  name: z.string(),
  default_country: countryCode,
  locale,
  timezone: z.string(),
  plan,
  created_at: z.iso.datetime(),
});
export type Tenant = z.infer<typeof tenant>;

/** `GET /setup`: is there an owner yet? */
export const setupStatus = z.object({ claimed: z.boolean() });

/** `POST /setup/check`: does this token open the installation? Asked before an account is made. */
export const setupCheck = z.strictObject({ token: z.string().min(1).max(200) });

/** `POST /setup`, signed in: uses the token up and makes the first tenant. */
export const setupClaim = z.strictObject({
  token: z.string().min(1).max(200),
  tenant_name: z.string().trim().min(1).max(120),
  default_country: countryCode,
  locale,
  timezone,
});
export type SetupClaim = z.infer<typeof setupClaim>;

/** `GET /me`: the signed-in user and the tenants they belong to. */
export const me = z.object({
  user_id: publicId('user'),
  email: z.string(),
  tenants: z.array(z.object({ tenant, role })),
});
export type Me = z.infer<typeof me>;

/** `PATCH /tenant`. */
export const tenantPatch = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  default_country: countryCode.optional(),
  locale: locale.optional(),
  timezone: timezone.optional(),
});
export type TenantPatch = z.infer<typeof tenantPatch>;

/** `GET /checklist`: what a new tenant has done already, read from real state. */
export const checklist = z.object({
  connection: z.boolean(),
  contacts: z.boolean(),
  template: z.boolean(),
  campaign: z.boolean(),
});
export type Checklist = z.infer<typeof checklist>;
