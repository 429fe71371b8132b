import type { Clock } from '../contract/system.ts'
import { secondsText } from './result-line.ts'
import type { Channel } from './terminal.ts'

/** One line at the bottom of the terminal that says how far things are; elsewhere nothing but the lines themselves. */
export interface Progress {
  begin(name: string): void
  /** One more is done. */
  finish(): void
  /** Writes lines above the bar. */
  say(text: string): void
  stop(): void
}

const BAR_CELLS = 24
const REDRAW_MS = 200

export function startProgress(channel: Channel, total: number, clock: Clock): Progress {
  const begunMs = clock.monotonicMs()
  let done = 0
  let current = ''

  const draw = () => {
    const elapsed = clock.monotonicMs() - begunMs
    const line = total === 1 ? `editing ${current}  ${secondsText(elapsed)}` : barLine(elapsed)
    channel.write(`\r\x1b[2K${channel.paint('dim', line.slice(0, channel.width - 1))}`)
  }
  const barLine = (elapsedMs: number) => {
    const cells = Math.round((done / total) * BAR_CELLS)
    const left = done === 0 ? '' : `  ${secondsText((elapsedMs / done) * (total - done))} left`
    return `${'━'.repeat(cells)}${'╌'.repeat(BAR_CELLS - cells)} ${done}/${total}${left}  ${current}`
  }

  if (!channel.live) {
    return { begin: () => {}, finish: () => {}, say: (text) => channel.write(`${text}\n`), stop: () => {} }
  }
  channel.write('\x1b[?25l')
  const timer = setInterval(draw, REDRAW_MS)
  return {
    begin: (name) => {
      current = name
      draw()
    },
    finish: () => {
      done += 1
    },
    say: (text) => {
      channel.write(`\r\x1b[2K${text}\n`)
    },
    stop: () => {
      clearInterval(timer)
      channel.write('\r\x1b[2K\x1b[?25h')
    },
  }
}
