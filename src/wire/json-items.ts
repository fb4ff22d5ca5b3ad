import { isBlank, isDelimiter, signs } from './json-signs.ts'

/** One value of a stream, still as bytes, or what is wrong at its place; both count from 1. */
export type JsonItem = { readonly item: number; readonly line: number } & (
  | { readonly bytes: Buffer }
  | { readonly problem: string }
)

export type JsonItemOptions = {
  /** True: a value ends with its line, so that a broken one spoils no other. */
  readonly perLine: boolean
  /** What one value may take; a longer one ends the reading. */
  readonly mostBytes: number
}

/** `scalar`: one that stands where a value should; `tail`: what follows the list of an answer. */
type Place = 'between' | 'value' | 'scalar' | 'tail'

type Scan = {
  place: Place
  /** What the values at this place are in: `[...]`, or the `result` of an answer. */
  list: 'none' | 'array' | 'result'
  depth: number
  deepest: number
  inString: boolean
  escaped: boolean
  /** Of the last string at depth 1: how many of its bytes are those of `result`; -1: none. */
  matched: number
  /** 1: that string was `result`; 2: a colon followed, and its value is next. */
  key: 0 | 1 | 2
  /** Whether an answer is to be looked for in the value at hand. */
  isTop: boolean
  item: number
  line: number
  startLine: number
  from: number
  parts: Buffer[]
  length: number
}

const { quote, backslash, comma, colon, newLine } = signs
const { openList, closeList, openObject, closeObject } = signs
const resultKey = Buffer.from('result')
const mostTail = 65_536
/** Lists and objects in each other: more than any order has, and less than hurts a reader. */
const mostDepth = 64

/**
 * The values of a JSON stream one by one, however large it is: the members of an array, of the
 * array `result` of an object (the rest of which is passed over, but for `error_code`), and what
 * stands on the top level otherwise. Any charset that keeps ASCII as it is will do.
 */
export async function* jsonItems(
  source: AsyncIterable<Uint8Array>,
  options: JsonItemOptions,
): AsyncGenerator<JsonItem, void, void> {
  const scan = newScan()
  const found: JsonItem[] = []
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    scan.from = 0
    for (let at = 0; at < bytes.length; at += 1) step(scan, bytes, at, found, options)
    keepRest(scan, bytes)
    yield* found
    found.length = 0
    if (scan.length > options.mostBytes) {
      yield problemAt(scan, `it is longer than ${options.mostBytes} bytes; is it one order?`)
      return
    }
  }
  if (scan.place === 'scalar') endValue(scan, Buffer.alloc(0), 0, found)
  yield* found
  if (scan.place !== 'between' || scan.list !== 'none') {
    yield problemAt(scan, 'the file ends in the middle; was it saved whole?')
  }
}

function newScan(): Scan {
  return {
    ...{ place: 'between', list: 'none', depth: 0, deepest: 0, inString: false, escaped: false },
    ...{ matched: -1, key: 0, isTop: false, item: 0, line: 1, startLine: 1 },
    ...{ from: 0, parts: [], length: 0 },
  }
}

function step(
  scan: Scan,
  bytes: Buffer,
  at: number,
  found: JsonItem[],
  { perLine }: JsonItemOptions,
): void {
  const byte = bytes[at] as number
  if (byte === newLine) {
    scan.line += 1
    if (perLine && breaksOff(scan, found)) return
  }
  if (scan.inString) {
    inString(scan, byte)
    return
  }
  switch (scan.place) {
    case 'between':
      between(scan, bytes, at, found)
      return
    case 'scalar':
      if (isDelimiter(byte)) {
        endValue(scan, bytes, at, found)
        between(scan, bytes, at, found)
      }
      return
    default:
      inside(scan, bytes, at, found)
  }
}

/** A line's end where none may be: what stands on the line is no value. */
function breaksOff(scan: Scan, found: JsonItem[]): boolean {
  if (scan.place === 'scalar' || (scan.place === 'between' && scan.list === 'none')) return false
  found.push(problemAt({ ...scan, startLine: scan.line - 1 }, 'the line is no whole JSON value'))
  const { item, line } = scan
  Object.assign(scan, newScan(), { item: item + 1, line })
  return true
}

function inString(scan: Scan, byte: number): void {
  if (scan.escaped) {
    scan.escaped = false
  } else if (byte === backslash) {
    scan.escaped = true
    scan.matched = -1
  } else if (byte === quote) {
    scan.inString = false
    scan.key = scan.isTop && scan.depth === 1 && scan.matched === resultKey.length ? 1 : 0
  } else if (scan.matched >= 0) {
    scan.matched = byte === resultKey[scan.matched] ? scan.matched + 1 : -1
  }
}

function between(scan: Scan, bytes: Buffer, at: number, found: JsonItem[]): void {
  const byte = bytes[at] as number
  if (isBlank(byte) || byte === comma) return
  if (byte === closeList && scan.list !== 'none') {
    const wasResult = scan.list === 'result'
    scan.list = 'none'
    if (wasResult) begin(scan, 'tail', at + 1)
    return
  }
  if (byte === openList && scan.list === 'none') {
    scan.list = 'array'
    return
  }
  begin(scan, 'value', at)
  scan.isTop = scan.list === 'none' && byte === openObject
  if (byte === openObject || byte === openList) scan.depth = 1
  else if (byte === quote) scan.inString = true
  else if (isDelimiter(byte)) endValue(scan, bytes, at + 1, found)
  else scan.place = 'scalar'
}

function begin(scan: Scan, place: Place, at: number): void {
  scan.place = place
  scan.from = at
  scan.depth = place === 'tail' ? 1 : 0
  scan.deepest = 0
  scan.key = 0
  scan.matched = -1
  scan.parts = []
  scan.length = 0
  scan.startLine = scan.line
  scan.isTop = false
}

/** Inside a value, but in none of its texts. */
function inside(scan: Scan, bytes: Buffer, at: number, found: JsonItem[]): void {
  const byte = bytes[at] as number
  if (scan.depth === 0) {
    // After a text that stands where a value should.
    endValue(scan, bytes, at, found)
    between(scan, bytes, at, found)
    return
  }
  if (isBlank(byte)) return
  if (byte === openList && scan.key === 2) {
    intoResult(scan, bytes, at, found)
    return
  }
  scan.key = byte === colon && scan.key === 1 ? 2 : 0
  if (byte === quote) {
    scan.inString = true
    scan.matched = 0
  } else if (byte === openObject || byte === openList) {
    scan.depth += 1
    scan.deepest = Math.max(scan.deepest, scan.depth)
  } else if (byte === closeObject || byte === closeList) {
    scan.depth -= 1
    if (scan.depth === 0) endValue(scan, bytes, at + 1, found)
  }
}

/** From here on each member of `result` is a value; what stood before it may say why it is empty. */
function intoResult(scan: Scan, bytes: Buffer, at: number, found: JsonItem[]): void {
  tellRefusal(scan, bytes.subarray(scan.from, at), found)
  scan.place = 'between'
  scan.list = 'result'
  scan.parts = []
  scan.length = 0
}

function endValue(scan: Scan, bytes: Buffer, end: number, found: JsonItem[]): void {
  const rest = bytes.subarray(scan.from, end)
  if (scan.place === 'tail') {
    tellRefusal(scan, rest, found)
  } else if (scan.deepest > mostDepth) {
    found.push(problemAt(scan, `it is nested deeper than ${mostDepth} levels; is it an order?`))
    scan.item += 1
  } else {
    scan.item += 1
    const whole = scan.parts.length === 0 ? Buffer.from(rest) : Buffer.concat([...scan.parts, rest])
    found.push({ item: scan.item, line: scan.startLine, bytes: whole })
  }
  scan.place = 'between'
  scan.parts = []
  scan.length = 0
}

function tellRefusal(scan: Scan, rest: Buffer, found: JsonItem[]): void {
  const text = Buffer.concat([...scan.parts, rest]).toString('latin1')
  const code = /"error_code"\s*:\s*"?(\d+)/.exec(text)?.[1]
  if (code === undefined || Number(code) === 0) return
  scan.item += 1
  found.push({ item: scan.item, line: scan.startLine, problem: refusalText(code) })
}

/** What to say of an answer that is a refusal. */
export function refusalText(code: string | number): string {
  return `this is a refusal of the old system (error_code ${code}), with no order in it; ask again`
}

function keepRest(scan: Scan, bytes: Buffer): void {
  if (scan.place === 'between' || scan.from >= bytes.length) return
  const part = Buffer.from(bytes.subarray(scan.from))
  scan.length += part.length
  // What follows a list is of no interest but for a few words.
  if (scan.place !== 'tail' || scan.length <= mostTail) scan.parts.push(part)
}

function problemAt(scan: Scan, problem: string): JsonItem {
  return { item: scan.item + 1, line: scan.startLine, problem }
}
