import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort, startNode } from './child.ts'
import { type Contender, NotHereError, running } from './contender.ts'
import { CALLER_KEY, MODEL, UPSTREAM_KEY } from './workload.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PATH = `/v1beta/models/${MODEL}:generateContent`

export const DIRECT: Contender = {
  id: 'direct',
  title: 'direct, no gateway',
  dialect: 'gemini',
  start: ({ upstreamPort }) =>
    Promise.resolve({
      port: upstreamPort,
      pid: null,
      path: PATH,
      headers: { 'content-type': 'application/json', 'x-goog-api-key': UPSTREAM_KEY },
      watchLoop: () => Promise.resolve(),
      loopDelay: () => Promise.resolve(null),
      ended: () => null,
      stop: () => Promise.resolve(),
    }),
}

export const PASS_THROUGH = script('node', 'node:http pass-through', 'pass-through.ts')
export const NAIVE_HONO = script('hono', 'naive Hono', 'naive-hono.ts')

function script(id: string, title: string, file: string): Contender {
  return {
    id,
    title,
    dialect: 'gemini',
    async start({ upstreamPort }) {
      const args = [join(import.meta.dirname, file), String(upstreamPort), CALLER_KEY, UPSTREAM_KEY]
      const child = startNode(args)
      const [, port] = await child.printed(/^port (\d+)$/m)
      return running(child, Number(port), PATH, { 'x-goog-api-key': CALLER_KEY })
    },
  }
}

const PORTKEY_SERVER = join(ROOT, 'node_modules/@portkey-ai/gateway/build/start-server.js')

/**
 * By its chat door, which is the one that speaks to Gemini: Gemini's own JSON, sent to its proxy door, ends in a 500 here.
 * It adds `/v1beta` to the host by itself.
 */
export const PORTKEY: Contender = {
  id: 'portkey',
  title: '@portkey-ai/gateway',
  dialect: 'openai',
  async start({ upstreamPort }) {
    if (!existsSync(PORTKEY_SERVER)) throw new NotHereError('@portkey-ai/gateway is not in node_modules')
    const port = await freePort()
    // Without its page of logs: the fastest that it comes.
    const args = [PORTKEY_SERVER, `--port=${port}`, '--headless']
    const child = startNode(args, { NODE_ENV: 'production' })
    await child.printed(/Ready for connections/)
    return running(child, port, '/v1/chat/completions', {
      authorization: `Bearer ${UPSTREAM_KEY}`,
      'x-portkey-provider': 'google',
      // Else it leaves images out of what it answers.
      'x-portkey-strict-open-ai-compliance': 'false',
      'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}`,
    })
  },
}
