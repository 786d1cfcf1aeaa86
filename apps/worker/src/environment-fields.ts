import { z } from 'zod';

/** A whole number in that range. */
export const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
/** A share of something. */
export const share01 = z.coerce.number().min(0).max(1);
export const flag = z.enum(['true', 'false']);
export const dayMs = 86_400_000;
