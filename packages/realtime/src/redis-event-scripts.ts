import { defineScript } from '@zaphub/redis';

/** Reads `epoch-offset` of the newest entry there ever was; it outlives the entries themselves. */
const readLast = `
local function last()
  if redis.call('EXISTS', KEYS[1]) == 0 then return '0', 0 end
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      local epoch, offset = string.match(info[i + 1], '^(%d+)-(%d+)$')
      return epoch, tonumber(offset)
    end
  end
end
local epoch, offset = last()
`;

/** KEYS: stream. ARGV: after, limit. Answers epoch, newest offset and the entries after an offset. */
export const readScript = defineScript(`${readLast}
local limit = tonumber(ARGV[2])
if epoch == '0' or limit == 0 then return { epoch, tostring(offset), {} } end
return { epoch, tostring(offset), redis.call('XRANGE', KEYS[1], '(' .. epoch .. '-' .. ARGV[1], '+', 'COUNT', limit) }
`);

/** KEYS: stream. ARGV: channel, tenant, entries kept, ms kept, topic, type, payload. Answers the offset. */
export const publishScript = defineScript(`${readLast}
if epoch == '0' then
  local now = redis.call('TIME')
  epoch = string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000))
end
offset = offset + 1
local id = epoch .. '-' .. string.format('%.0f', offset)
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], id, 'topic', ARGV[5], 'type', ARGV[6], 'payload', ARGV[7])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', offset))
return offset
`);

/**
 * KEYS: stream. ARGV: channel, tenant, entries kept, ms kept, epoch, first offset, then topic, type and payload of
 * each event. Appends what is new and announces it; does nothing when that would leave a gap. A stream of another
 * epoch is begun anew. Answers the newest offset.
 */
export const appendScript = defineScript(`${readLast}
local first = tonumber(ARGV[6])
if epoch ~= ARGV[5] then
  redis.call('DEL', KEYS[1])
  offset = first - 1
elseif first > offset + 1 then
  return offset
end
local before = offset
for i = 7, #ARGV, 3 do
  local at = first + (i - 7) / 3
  if at > offset then
    local id = ARGV[5] .. '-' .. string.format('%.0f', at)
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], id, 'topic', ARGV[i], 'type', ARGV[i + 1], 'payload', ARGV[i + 2])
    offset = at
  end
end
if offset > before then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  redis.call('PUBLISH', ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', offset))
end
return offset
`);
