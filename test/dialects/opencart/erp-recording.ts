import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export type RecordedAnswer = {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export type ErpEntry = {
  readonly id: string
  readonly scenario: string
  readonly what: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly version: string
    readonly headers: readonly (readonly [string, string])[]
    readonly body_bytes: number
    readonly body_base64?: string
    readonly body_left_out?: boolean
    readonly body_sha256?: string
  }
  /** The fields as the user meant them, before the program wrote them into the body. */
  readonly meant: Readonly<Record<string, string>> | null
  readonly php_loses_something: boolean
  readonly answer: RecordedAnswer
}

const recording: { readonly entries: readonly ErpEntry[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/warehouse-erp.json', import.meta.url), 'utf8'),
)

export const erpEntries = recording.entries

/** What the recorded program logs in with. */
export const erpLogin = loginOf(erpEntries)

/** The entries of a scenario, in the order they were sent. */
export function scenario(name: string): readonly ErpEntry[] {
  const entries = erpEntries.filter((entry) => entry.scenario === name)
  if (entries.length === 0) throw new Error(`there is no scenario ${name}`)
  return entries
}

/** The body as it was sent; one that was left out of the recording is made again by its note. */
export function bodyOf({ id, request }: ErpEntry): Buffer {
  if (!request.body_left_out) return Buffer.from(request.body_base64 ?? '', 'base64')
  const body = Buffer.from(`data=${leftOut(id)}&`)
  const digest = createHash('sha256').update(body).digest('hex')
  if (body.length !== request.body_bytes || digest !== request.body_sha256) {
    throw new Error(`the body of ${id} is not the one that was sent`)
  }
  return body
}

/** The fields that were meant, those of the bodies that were left out too. */
export function meantOf(entry: ErpEntry): Readonly<Record<string, string>> | null {
  return entry.request.body_left_out ? { data: leftOut(entry.id) } : entry.meant
}

function leftOut(id: string): string {
  const [prefix, count] = id === 'v3-24' ? ['SKU', 5_000] : ['SKU-LONG-', 60_000]
  const levels = Array.from({ length: count }, (_, i) => [`${prefix}${i}`, i])
  return JSON.stringify(Object.fromEntries(levels))
}

function loginOf(entries: readonly ErpEntry[]) {
  const { username, key } = entries.find(({ meant }) => meant?.key !== undefined)?.meant ?? {}
  if (username === undefined || key === undefined) throw new Error('nobody logs in')
  return { username, key }
}
