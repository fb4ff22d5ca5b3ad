import { readFileSync } from 'node:fs'

export type RecordedEntry = {
  readonly id: string
  readonly request: { readonly raw_base64: string }
  readonly expect: {
    readonly verdict: 'accept' | 'refuse' | 'challenge'
    readonly http_status: number
    readonly error?: string
    readonly response_code?: string
    readonly parameters?: Readonly<Record<string, string>>
  }
  /** Unix seconds. */
  readonly received_at?: number
}

type Recording = {
  readonly account: {
    readonly client_id: string
    readonly secret: string
    readonly authorization_code: string
    readonly basic_user: string
    readonly basic_password: string
    readonly token: string
    readonly token_issued_at: number
  }
  readonly entries: readonly RecordedEntry[]
}

const file = new URL('../../fixtures/shopsite-requests.json', import.meta.url)

export const recording: Recording = JSON.parse(readFileSync(file, 'utf8'))

/** The bytes of a request, cut where its header block ends. */
export function bytesOf({ request }: RecordedEntry): { head: Buffer; body: Buffer } {
  const raw = Buffer.from(request.raw_base64, 'base64')
  const [ending = ''] = /\r\n\r?\n/.exec(raw.toString('latin1')) ?? []
  const end = raw.indexOf(ending) + ending.length
  return { head: raw.subarray(0, end), body: raw.subarray(end) }
}
