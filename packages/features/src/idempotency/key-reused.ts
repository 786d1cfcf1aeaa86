import { AppError } from '@zaphub/types';

/** The refusal of a key that stands for another request. */
export function keyReused(): AppError {
  return new AppError('idempotency_key_reused', 'the key was used for another request');
}
