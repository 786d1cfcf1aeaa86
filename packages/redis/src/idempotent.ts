/** One command's arguments, as they travel. */
export type CommandArguments = readonly (string | number | Buffer)[];

/** Done twice, these leave the same behind as done once, and answer the same as long as nobody else writes. */
const idempotentCommands: ReadonlySet<string> = new Set(
  (
    'get mget getrange strlen exists ttl pttl type keys scan dbsize randomkey ' +
    'hget hmget hgetall hkeys hvals hlen hexists hscan ' +
    'lrange llen lindex smembers sismember smismember scard sscan ' +
    'zrange zrangebyscore zrevrange zscore zmscore zcard zcount zrank zscan ' +
    'xrange xrevrange xlen xread xinfo xpending ping echo time info role ' +
    'mset hset hmset pexpireat expireat persist del unlink hdel srem zrem sadd'
  ).split(' '),
);

/**
 * Whether a command may be sent again when nobody knows if it was done. What counts, appends, publishes, runs a
 * script or takes a lock may not; a `SET` may when it is unconditional and tells nothing about the value before.
 */
export function isIdempotent(name: string, args: CommandArguments): boolean {
  const command = name.toLowerCase();
  if (command === 'set') return !args.slice(2).some(isSetCondition);
  return idempotentCommands.has(command);
}

function isSetCondition(argument: string | number | Buffer): boolean {
  return typeof argument === 'string' && /^(nx|xx|get)$/i.test(argument);
}
