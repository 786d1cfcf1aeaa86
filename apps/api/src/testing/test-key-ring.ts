import { readKeyRing } from '@zaphub/features';

/** What the test api seals with, and whoever seeds for it. */
export const testKeyRing = readKeyRing('07'.repeat(32), undefined);
