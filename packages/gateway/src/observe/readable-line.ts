import { isJsonObject, type JsonObject } from '../contract/json-object.ts'

/** A line of the log in JSON as a line for a person: time, level, what happened, and the rest by name. */
export function readableLine(json: string): string {
  const line: unknown = JSON.parse(json)
  if (!isJsonObject(line)) return json
  const { time, level, msg, ...fields } = line
  const head = `${String(time).slice(11, 19)} ${String(level).padEnd(5)}`
  return `${head} ${msg === 'request' ? requestLine(fields) : messageLine(String(msg), fields)}\n`
}

function requestLine(request: JsonObject): string {
  const { method, route, status, ms, outcome, code, target, model, costMicroUsd, keyId, requestId, how } =
    request
  return [
    `${String(method)} ${String(route)} ${String(status)}`,
    how === 'answered' ? null : how,
    outcome,
    code,
    `${(Number(ms) / 1000).toFixed(2)} s`,
    target,
    model,
    typeof costMicroUsd === 'number' && costMicroUsd > 0 ? `$${(costMicroUsd / 1e6).toFixed(4)}` : null,
    keyId,
    requestId,
  ]
    .filter((part) => typeof part === 'string')
    .join('  ')
}

function messageLine(message: string, fields: JsonObject): string {
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [message, ...shown].join('  ')
}
