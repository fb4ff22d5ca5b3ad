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
  const pieces = oneByOne()
  const flush = (): void => {
    if (lines.length === 0) return
    if (pid === undefined) process.stdout.write(lines.join(''))
    else pieces.add(inPieces(lines))
    lines = []
    chars = 0
  }
  setInterval(flush, flushMs).unref()
  process.on('exit', () => {
    flush()
    pieces.hurry()
  })
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

/**
 * Writes a text once the one before it is through. The stream would join those that wait for a
 * slow reader into one large write, which the system does not keep in one piece.
 */
function oneByOne(): { add(texts: readonly string[]): void; hurry(): void } {
  let waiting: string[] = []
  let busy = false
  const next = (): void => {
    const text = waiting.shift()
    busy = text !== undefined
    if (text !== undefined) process.stdout.write(text, next)
  }
  return {
    add(texts) {
      for (const text of texts) waiting.push(text)
      if (!busy) next()
    },
    /** Nothing will be called back any more. */
    hurry() {
      for (const text of waiting) process.stdout.write(text)
      waiting = []
    },
  }
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
