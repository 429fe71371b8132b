import type { IncomingMessage } from 'node:http'

/**
 * What is wrong, in words, with the head of a request that is HTTP all the same: what two readers in a row could
 * understand differently (RFC 9112 §3.2, §6.1). `null`: nothing.
 */
export function flawOfHead({
  headersDistinct,
  headers,
  httpVersion,
  url = '',
}: IncomingMessage): string | null {
  const hosts = headersDistinct['host']?.length ?? 0
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) {
    return `The request has ${hosts} Host headers; exactly one says which server is meant.`
  }
  if (/^https?:\/\//i.test(url)) return 'This gateway is no proxy: ask for a path, not for a whole address.'
  const coding = headers['transfer-encoding']
  if (coding === undefined) return null
  if (httpVersion === '1.0') return 'HTTP/1.0 has no Transfer-Encoding. Send Content-Length, or HTTP/1.1.'
  return coding.trim().toLowerCase() === 'chunked'
    ? null
    : 'The body may be chunked, and nothing else by Transfer-Encoding. What it is packed by belongs into Content-Encoding.'
}
