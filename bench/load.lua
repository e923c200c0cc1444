-- Requests the lines of a file in turn: a path, and after a tab the entity tag that the client has.
-- "@@" in a path becomes a number that no other request has.
local requests, distinct = {}, {}
for line in io.lines(os.getenv("BENCH_PATHS")) do
  local path, tag = line:match("([^\t]*)\t?(.*)")
  local headers = {}
  for name, value in pairs(wrk.headers) do headers[name] = value end
  if tag ~= "" then headers["If-None-Match"] = tag end
  if path:find("@@") then distinct[#distinct + 1] = path else requests[#requests + 1] = { path, headers } end
end
local number, position = tonumber(os.getenv("BENCH_FIRST_NUMBER")), 0

init = function()
  for index, made in ipairs(requests) do requests[index] = wrk.format("GET", made[1], made[2]) end
end

request = function()
  position = position + 1
  if #distinct == 0 then return requests[position % #requests + 1] end
  number = number + 1
  return wrk.format("GET", (distinct[position % #distinct + 1]:gsub("@@", tostring(number))))
end

done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.stderr:write(string.format('{"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p99": %d}\n',
    summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
