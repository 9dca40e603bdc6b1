/**
 * The arithmetic of domain/gcra.ts and a set of held places, atomically and by Redis' own clock, in one round trip.
 *
 * KEYS: for each subject its rate and its places. ARGV: the name of the place, how long it is held in ms, then `rpm` and
 * `concurrency` of each subject, 0 for none.
 * Answers `['', allowance…]` or `[what refused it, index of the subject from 0, ms to wait, allowance…]`; an allowance is
 * the index of the subject and its ms to the whole burst, of each subject that has an `rpm`.
 */
export const enterScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local full = {}
local refused = nil
local function allowances(answer)
  for i = 1, #KEYS / 2 do
    if full[i] then
      answer[#answer + 1] = i - 1
      answer[#answer + 1] = string.format('%.3f', full[i] - now)
    end
  end
  return answer
end
for i = 1, #KEYS / 2 do
  local rpm = tonumber(ARGV[2 * i + 1])
  local places = tonumber(ARGV[2 * i + 2])
  if rpm > 0 then
    full[i] = math.max(tonumber(redis.call('GET', KEYS[2 * i - 1]) or '0'), now)
    local wait = full[i] - 60000 / rpm * (rpm - 1) - now
    if wait > 0 and not refused then refused = {'rpm', i - 1, string.format('%.3f', wait)} end
  end
  if places > 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[2 * i], '-inf', now)
    if redis.call('ZCARD', KEYS[2 * i]) >= places and not refused then
      refused = {'concurrency', i - 1, '1000'}
    end
  end
end
if refused then return allowances(refused) end
for i = 1, #KEYS / 2 do
  if full[i] then
    full[i] = full[i] + 60000 / tonumber(ARGV[2 * i + 1])
    redis.call('SET', KEYS[2 * i - 1], string.format('%.3f', full[i]), 'PX', math.ceil(full[i] - now))
  end
  if tonumber(ARGV[2 * i + 2]) > 0 then
    redis.call('ZADD', KEYS[2 * i], now + tonumber(ARGV[2]), ARGV[1])
    redis.call('PEXPIRE', KEYS[2 * i], ARGV[2])
  end
end
return allowances({''})
`;
