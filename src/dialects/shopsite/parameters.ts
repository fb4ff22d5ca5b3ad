import { toBinary } from '../../wire/binary.ts'
import { countPieces, readFields } from '../../wire/form-pairs.ts'

export type Parameters = {
  /** By name, decoded to binary strings, in the order received. */
  readonly values: ReadonlyMap<string, string>
  /** Why the parameters cannot be read, for the client. */
  readonly problem: string | undefined
}

const mostPairs = 200

/** Base64 that clients send bare: a form decoder makes blanks of its `+` (contract §3.2). */
const bareBase64 = new Set(['signature', 'token', 'code', 'client_credentials'])

/**
 * Query and body as one set of parameters, as the vendor's own example sends them; where both have
 * a name, the body's value counts. A body is read as a form whatever its Content-Type says.
 */
export function readParameters(query: string, body: Uint8Array): Parameters {
  const pieces = [query, toBinary(body)]
  if (pieces.reduce((sum, raw) => sum + countPieces(raw), 0) > mostPairs) {
    return { values: new Map(), problem: `There are more than ${mostPairs} parameters.` }
  }
  const values = new Map<string, string>()
  for (const { name, value } of pieces.flatMap(readFields)) {
    values.set(name, bareBase64.has(name) ? value.replaceAll(' ', '+') : value)
  }
  return { values, problem: undefined }
}

/** A parameter without blanks around it; an empty one counts as absent (contract §8). */
export function textOf({ values }: Parameters, name: string): string | undefined {
  const value = values.get(name)?.trim()
  return value === '' ? undefined : value
}
