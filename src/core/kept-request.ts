import type { SeenRequest } from './seen-call.ts'

/** A request as it is kept for a while, sealed: whoever reads it has the buyer's data. */
export type KeptRequest = {
  readonly method: string
  /** Inside the dialect, beginning with `/`. */
  readonly path: string
  /** Raw, without the question mark. */
  readonly query: string
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Null: it was too large to be kept. */
  readonly body: Uint8Array | null
}

/** Bytes of body that are kept; a longer one is left out, since half of one explains nothing. */
const mostBodyBytes = 256 * 1024

/** As one text, to be sealed. */
export function packRequest({ method, path, query, headers, body }: SeenRequest): string {
  const isKept = body !== 'too-large' && body.length <= mostBodyBytes
  const kept = isKept ? Buffer.from(body).toString('base64') : null
  return JSON.stringify({ method, path, query, headers, body: kept })
}

export function unpackRequest(text: string): KeptRequest {
  const { body, ...request } = JSON.parse(text) as Omit<KeptRequest, 'body'> & {
    readonly body: string | null
  }
  return { ...request, body: body === null ? null : Buffer.from(body, 'base64') }
}
