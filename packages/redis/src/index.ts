export { type CommandArguments, isIdempotent } from './idempotent.ts';
export { openRedis, type RedisDeps, type RedisSettings } from './open-redis.ts';
export type {
  BlockOptions,
  CallOptions,
  RedisAdapter,
  RedisHealth,
  RedisMetrics,
  RedisState,
  Subscription,
  SubscriptionEvents,
} from './redis-adapter.ts';
export { RedisError, type RedisErrorCode } from './redis-error.ts';
export { parseRedisUrl, type RedisTarget } from './redis-url.ts';
export { defineScript, type RedisScript } from './script.ts';
