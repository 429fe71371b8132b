import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of ours. */
export interface Child {
  readonly pid: number
  /** `null`: it runs. Else how it ended. */
  ended(): string | null
  /** The end of what it printed, both streams. */
  said(): string
  /** Resolves with the first match of what it prints; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves as soon as somebody listens there; rejects when the process ends before. */
  listening(port: number): Promise<void>
  /** From here on it looks at how late its event loop is; Node only, started by `startNode`. */
  watchLoop(): Promise<void>
  /** How late that was; ends the watch. `null` where there is no event loop. */
  loopDelay(): Promise<LoopDelay | null>
  stop(): Promise<void>
}

export interface LoopDelay {
  readonly p99Ms: number
  readonly maxMs: number
}

const START_TIMEOUT_MS = 30_000
/** What a process may take to end when told; after that it is killed. */
const STOP_TIMEOUT_MS = 5000
const KEPT_CHARACTERS = 20_000

export function startProcess(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  return childOf(child, () => Promise.resolve(null))
}

/** As a process of Node whose event loop is watched from inside. */
export function startNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const watch = `data:text/javascript,${encodeURIComponent(WATCH)}`
  const child = spawn(process.execPath, ['--import', watch, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  })
  const gone = once(child, 'exit')
  return childOf(child, async (message) => {
    child.send(message)
    const [delay] = await Promise.race([once(child, 'message'), gone])
    return typeof delay === 'object' ? delay : null
  })
}

const RESOLUTION_MS = 10

/** Node measures from one timer to the next, so that a loop with nothing to do shows the timer's interval: it is taken off. */
const WATCH = `import { monitorEventLoopDelay } from 'node:perf_hooks'
const delay = monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} })
const late = (ns) => Math.max(0, ns / 1e6 - ${RESOLUTION_MS})
process.on('message', (message) => {
  if (message !== 'watch' && message !== 'loop-delay') return
  process.send({ p99Ms: late(delay.percentile(99)), maxMs: late(delay.max) })
  delay.reset()
  if (message === 'watch') delay.enable()
  else delay.disable()
})
process.channel.unref()`

type AskLoop = (message: 'watch' | 'loop-delay') => Promise<LoopDelay | null>

function childOf(child: ChildProcess, askLoop: AskLoop): Child {
  let end: string | null = null
  let said = ''
  child.once('error', (error) => (end = error.message))
  child.once('exit', (code, signal) => (end = `exit ${code ?? signal}`))
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-KEPT_CHARACTERS)))
  }
  const until = async <Value>(look: () => Promise<Value | null> | Value | null): Promise<Value> => {
    for (const begun = performance.now(); performance.now() - begun < START_TIMEOUT_MS; await sleep(20)) {
      const found = await look()
      if (found !== null) return found
      if (end !== null) throw new Error(`${child.spawnfile} ended (${end}): ${said.trim()}`)
    }
    throw new Error(`${child.spawnfile} was not ready in time: ${said.trim()}`)
  }
  return {
    pid: child.pid ?? 0,
    ended: () => end,
    said: () => said,
    printed: (pattern) => until(() => pattern.exec(said)),
    listening: async (port) => {
      await until(async () => ((await isListening(port)) ? true : null))
    },
    watchLoop: async () => {
      await askLoop('watch')
    },
    loopDelay: () => askLoop('loop-delay'),
    async stop() {
      if (end !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await gone
      clearTimeout(kill)
    },
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket()
    const settle = (listening: boolean) => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
    socket.connect(port, '127.0.0.1')
  })
}

/** One that nobody listens on: some contenders cannot choose for themselves and say which. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
