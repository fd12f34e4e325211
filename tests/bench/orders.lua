-- Distinct orders with distinct keys, each of three lines. Arguments: a prefix that no other run has, the API key,
-- how many SKUs there are, "hot" or "spread", first names and last names with bars between, then the places as
-- City|State|Postal code.
local prefix, skus, hot, first_names, last_names, places, count = "", 0, false, {}, {}, {}, 0
local BODY = '{"currency":"USD","contact":{"name":"%s %s","email":"%s@example.com","street":"%d Mill Lane",'
  .. '"city":"%s","region":"%s","postal_code":"%s","country":"US"},"lines":[{"sku":"TEA-%d","quantity":%d},'
  .. '{"sku":"TEA-%d","quantity":%d},{"sku":"TEA-%d","quantity":1}]}'

local function parts(text)
  local found = {}
  for part in text:gmatch("[^|]+") do found[#found + 1] = part end
  return found
end

local function one_of(list)
  return list[math.random(#list)]
end

function init(args)
  prefix, skus, hot = args[1], tonumber(args[3]), args[4] == "hot"
  first_names, last_names = parts(args[5]), parts(args[6])
  for place = 7, #args do places[#places + 1] = parts(args[place]) end
  math.randomseed(tonumber(prefix, 16) % 2147483647)
  wrk.headers["Authorization"] = "Bearer " .. args[2]
  wrk.headers["Content-Type"] = "application/json"
end

-- Ascending SKUs: the floor's statement takes its locks in the order of the lines.
function request()
  count = count + 1
  local third, id = math.floor(skus / 3), prefix .. "-" .. count
  local place = hot and places[1] or one_of(places)
  local first = hot and 1 or math.random(1, third)
  local second, last = math.random(third + 1, third * 2), math.random(third * 2 + 1, skus)
  wrk.headers["Idempotency-Key"] = id
  local who, street = one_of(first_names), count % 999 + 1
  local body = BODY:format(who, one_of(last_names), id, street, place[1], place[2], place[3], first, count % 3 + 1,
    second, 2, last)
  return wrk.format("POST", nil, nil, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(("\n{\"requests\":%d,\"seconds\":%.6f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"refused\":%d,\"broken\":%d}\n"):format(
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
