import type { Explanation, SavedCall } from '../dialect.ts'
import { explainAuthorize } from './explain-authorize.ts'
import { explainBasic } from './explain-basic.ts'
import { explainSigned } from './explain-signed.ts'
import { withoutKeys } from './hidden-keys.ts'
import { readParameters } from './parameters.ts'
import { programIn } from './programs.ts'
import { isSigned } from './signed-call.ts'

/**
 * Why the proof of a saved call is accepted or refused, and which known mistakes it shows; never a
 * key, not even one that the client sent in a wrong place.
 */
export function explain(call: SavedCall): Explanation {
  const { accepted, lines } = explainProof(call)
  const others = (call.otherKeys ?? []).map(({ credential }) => credential)
  return { accepted, lines: withoutKeys(lines, [...call.credentials, ...others]) }
}

function explainProof(call: SavedCall): Explanation {
  // Only POST has a body.
  const body = call.method === undefined || call.method === 'POST' ? call.body : new Uint8Array()
  const parameters = readParameters(call.query, body)
  if (parameters.problem !== undefined) {
    return { accepted: false, lines: [`Refused: ${parameters.problem}`] }
  }
  const asksToken = programIn(call.path) === 'authorize' || parameters.values.has('grant_type')
  if (asksToken) return explainAuthorize(call, parameters)
  return isSigned(parameters) ? explainSigned(call, parameters) : explainBasic(call, parameters)
}
