export { createSendingEngine } from './create-sending-engine.ts';
export type { SendingEngine } from './create-sending-engine.ts';
export type { AnsweredBatch, ApplyEffects, EngineDeps, EngineOptions } from './engine-deps.ts';
export { startProgressPublisher } from './progress.ts';
export type { ProgressPublisher } from './progress.ts';
export type { TurnResult } from './run-turn.ts';
