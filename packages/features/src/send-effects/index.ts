export { createSendEffects } from './create-send-effects.ts';
