import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

/**
 * The cheapest Google there is, as a process of its own: drains every request and answers it with the bytes of a file.
 * Arguments: that file, and the key without which it refuses. Prints its port.
 */
const [file = '', key = ''] = process.argv.slice(2)
const answer = readFileSync(file)
let served = 0

const server = createServer((request, response) => {
  if (request.url === '/served') return response.end(String(served))
  const allowed = request.headers['x-goog-api-key'] === key || request.url?.endsWith(`key=${key}`) === true
  request.resume()
  request.once('end', () => {
    if (allowed) served += 1
    response.writeHead(allowed ? 200 : 403, {
      'content-type': 'application/json; charset=UTF-8',
      'content-length': allowed ? answer.length : 0,
    })
    response.end(allowed ? answer : undefined)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as { port: number }).port}`))
