import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/**
 * The gateway a tutorial would write, as a process of its own: reads JSON, sends JSON, through `fetch`. Arguments: the
 * upstream's port, the caller's key, the upstream's key. Prints its port.
 */
const [upstreamPort, callerKey, upstreamKey = ''] = process.argv.slice(2)

const app = new Hono()
app.post('*', async (context) => {
  if (context.req.header('x-goog-api-key') !== callerKey) return context.json({ error: 'key' }, 401)
  const document: unknown = await context.req.json()
  const answer = await fetch(`http://127.0.0.1:${upstreamPort}${context.req.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': upstreamKey },
    body: JSON.stringify(document),
  })
  return context.json(await answer.json(), answer.status === 200 ? 200 : 502)
})
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(`port ${port}`))
