/**
 * A record of the shim. `W`: a write, `T`: a change of length, each with what stood there before;
 * `S`: a file or directory was synced; `C`, `U`, `R`: a name was made, taken away, changed.
 */
export type CutRecord = {
  readonly kind: 'W' | 'T' | 'S' | 'C' | 'U' | 'R'
  /** Where it stands in the log; a sync covers what stands before its `offset`. */
  readonly at: number
  readonly ino: bigint
  /** The directory of the name. */
  readonly parent: bigint
  readonly offset: number
  readonly count: number
  /** The file's before. */
  readonly size: number
  /** The link under `saved/` to what had the name; 0: none. */
  readonly saved: number
  readonly bytes: Buffer
  readonly names: readonly string[]
}

const firstAt = 4096
const headBytes = 56

/** Reads what the shim has written; `power-cut.c` has the layout. */
export function readCutLog(log: Buffer): CutRecord[] {
  const records: CutRecord[] = []
  if (log.length < firstAt) return records
  const number = (at: number): number => Number(log.readBigUInt64LE(at))
  const end = number(0)
  for (let at = firstAt; at < end; ) {
    const kind = String.fromCharCode(log.readUInt32LE(at)) as CutRecord['kind']
    if (!'WTSCUR'.includes(kind)) throw new Error(`the log of the power cut is broken at ${at}`)
    const next = at + headBytes + log.readUInt32LE(at + 4)
    const bytes = log.subarray(at + headBytes, next)
    const isName = kind === 'C' || kind === 'U' || kind === 'R'
    records.push({
      kind,
      at,
      ino: log.readBigUInt64LE(at + 8),
      parent: log.readBigUInt64LE(at + 16),
      offset: number(at + 24),
      count: number(at + 32),
      size: number(at + 40),
      saved: number(at + 48),
      bytes,
      names: isName ? bytes.toString().split('\0') : [],
    })
    at = next
  }
  return records
}
