export { createSendEffects } from './create-send-effects.ts';
export { slowDown } from './slow-down.ts';
