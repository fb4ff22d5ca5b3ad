import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

/** The log gathers this much before it writes, and waits no longer than this. */
const gatheredChars = 65_536
const flushMs = 100

/** The system keeps a write of this size to a pipe in one piece; POSIX promises 512. */
const wholeBytes = process.platform === 'linux' ? 4096 : 512

/**
 * JSON lines on standard output; gathered, since a write costs more than the line. A process that
 * shares its output with others names itself by `pid`, and writes so that no line is torn.
 */
export function createLog(config: Pick<Config, 'logLevel'>, pid?: number): Logger {
  let lines: string[] = []
  let chars = 0
  const flush = (): void => {
    if (lines.length === 0) return
    const texts = pid === undefined ? [lines.join('')] : inPieces(lines)
    lines = []
    chars = 0
    for (const text of texts) process.stdout.write(text)
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
  return pino({ level: config.logLevel, base: pid === undefined ? null : { pid } }, destination)
}

/** Whole lines, as many together as one write carries; a longer line goes alone. */
function inPieces(lines: readonly string[]): string[] {
  const pieces: string[] = []
  let room = 0
  for (const line of lines) {
    const bytes = Buffer.byteLength(line)
    if (bytes > room) {
      pieces.push(line)
      room = wholeBytes - bytes
    } else {
      pieces[pieces.length - 1] += line
      room -= bytes
    }
  }
  return pieces
}
