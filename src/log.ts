import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

/** The log gathers this much before it writes, and waits no longer than this. */
const gatheredChars = 65_536
const flushMs = 100

/** JSON lines on standard output; gathered, since a write costs more than the line. */
export function createLog(config: Pick<Config, 'logLevel'>): Logger {
  let lines: string[] = []
  let chars = 0
  const flush = (): void => {
    if (lines.length === 0) return
    const text = lines.join('')
    lines = []
    chars = 0
    process.stdout.write(text)
  }
  setInterval(flush, flushMs).unref()
  process.on('exit', flush)
  const destination = {
    write(line: string): void {
      lines.push(line)
      chars += line.length
      if (chars >= gatheredChars) flush()
    },
    /** For lines that somebody waits to see: `log.flush()`. */
    flush,
  }
  return pino({ level: config.logLevel, base: null }, destination)
}
