-- The requests of the benchmark, made anew for each, so that products and clients vary.
-- wrk -s load.lua URL -- name=value ...: scenario, path, token, products, clients, seed, etag, term

local given = {}
local headers = { ["Content-Type"] = "application/json" }
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  for _, argument in ipairs(arguments) do
    local name, value = argument:match("^(%w+)=(.*)$")
    given[name] = tonumber(value) or value
  end
  if given.token then headers["Authorization"] = "Bearer " .. given.token end
  if given.etag then headers["If-None-Match"] = given.etag end
  math.randomseed(given.seed + 7919 * number)
end

local function get(query)
  return wrk.format("GET", given.path .. query, headers)
end

local function post(body)
  return wrk.format("POST", given.path, headers, body)
end

local function order()
  local used, lines = {}, {}
  while #lines < 3 do
    local product = math.random(given.products)
    if not used[product] then
      used[product] = true
      lines[#lines + 1] = string.format(
        '{"produto_id":%d,"quantidade":1,"preco_unitario":10.50}', product)
    end
  end
  return string.format(
    '{"cliente_id":%d,"items":[%s],"total":31.50,"observacoes":"sem gelo, por favor"}',
    math.random(given.clients), table.concat(lines, ","))
end

local function sale()
  return string.format(
    '{"id":%d,"venda":10.50,"inicio":"%s","fim":"%s","quantidade":1}',
    math.random(given.products), given.began, given.ended)
end

-- The client's number, and the two check digits that belong to it.
local function cpf()
  local digits = string.format("%09d", math.random(given.clients))
  for length = 9, 10 do
    local sum = 0
    for place = 1, length do
      sum = sum + tonumber(digits:sub(place, place)) * (length + 2 - place)
    end
    digits = digits .. (sum * 10 % 11 % 10)
  end
  return digits
end

function request()
  local scenario = given.scenario
  if scenario == "order" then return post(order()) end
  if scenario == "sale" then return post(sale()) end
  if scenario == "client" then return get("?cpf=" .. cpf()) end
  if scenario == "login" then
    return post(string.format('{"usuario":"user%d","senha":"senha123"}', math.random(100)))
  end
  return get(given.term and ("?nome=" .. given.term) or "")
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%f,"bad":%d,"p50_ms":%f,"p99_ms":%f}\n',
    summary.requests, summary.duration / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
