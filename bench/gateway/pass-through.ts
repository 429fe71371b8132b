import { Agent, createServer, request as ask } from 'node:http'
import { pipeline } from 'node:stream'

/**
 * The least a gateway of Node's own HTTP can do, as a process of its own: compares the key, puts another in its place, hands
 * bytes on as they come. Arguments: the upstream's port, the caller's key, the upstream's key. Prints its port.
 */
const [upstreamPort, callerKey, upstreamKey = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Infinity })

const server = createServer((request, response) => {
  const { 'x-goog-api-key': key, 'content-length': length, 'content-type': type } = request.headers
  if (key !== callerKey || length === undefined || type === undefined) {
    response.writeHead(401, { connection: 'close' }).end()
    return
  }
  const outgoing = ask({
    agent,
    host: '127.0.0.1',
    port: upstreamPort,
    method: request.method,
    path: request.url,
    headers: { 'content-type': type, 'content-length': length, 'x-goog-api-key': upstreamKey },
  })
  outgoing.once('response', (answer) => {
    const { 'content-length': answerLength = '', 'content-type': answerType = '' } = answer.headers
    response.writeHead(answer.statusCode ?? 502, {
      'content-type': answerType,
      'content-length': answerLength,
    })
    pipeline(answer, response, () => {})
  })
  pipeline(request, outgoing, (error) => {
    if (error) response.destroy()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as { port: number }).port}`))
