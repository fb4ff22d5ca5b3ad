import { mediaType } from '../../wire/form.ts'
import type { Explanation, SavedCall } from '../dialect.ts'
import { type Parameters, readParameters, textOf } from './parameters.ts'
import { foldKey, type Proof, prove } from './proof.ts'

/** Names that people write for `APIKEY`, in lower case. */
const likeNames = ['api_key', 'api-key', 'key', 'token']

const actions = ['', 'confirm', 'complete', 'stocksync']

/** What was compared with the key of a saved call, and which known mistakes it shows. */
export function explain(call: SavedCall): Explanation {
  const { credentials, query, contentType, method = 'POST' } = call
  // Only POST has a body, as in PHP.
  const body = method === 'POST' ? call.body : new Uint8Array()
  const parameters = readParameters(query, body, contentType)
  const proof = prove(parameters, credentials)
  return {
    accepted: proof.proved,
    lines: [...verdict(proof), ...mistakes(parameters, proof, call), ...remarks(parameters)],
  }
}

function verdict(proof: Proof): string[] {
  if (!proof.proved) return [`Refused: ${proof.reason}.`]
  return [`Accepted, with credential ${proof.credential.id}.`]
}

function mistakes(parameters: Parameters, proof: Proof, call: SavedCall): string[] {
  const type = mediaType(call.contentType)
  const isForm = ['', 'application/x-www-form-urlencoded', 'multipart/form-data'].includes(type)
  const unread =
    call.body.length > 0 && !isForm ? [`The body is no form (${type}) and is not read.`] : []
  if (proof.proved) return unread
  const named = likeNames.filter((name) => parameters.values.has(name))
  return [
    ...unread,
    ...named.map((name) => `Known mistake: the parameter is called APIKEY, the call has ${name}.`),
    ...keyMistakes(parameters, call),
    ...(call.credentials.length === 0 ? ['The account has no key that works now.'] : []),
  ]
}

function keyMistakes(parameters: Parameters, { credentials, otherKeys = [] }: SavedCall): string[] {
  const sent = foldKey(textOf(parameters, 'apikey'))
  if (sent === '' || parameters.conflicts.has('apikey')) return []
  const other = otherKeys.find(({ credential }) => foldKey(credential.secret) === sent)
  if (other !== undefined) return [`Known mistake: it is the key of ${other.words}.`]
  const bare = (key: string) => foldKey(key).replace(/[^\p{L}\p{N}]/gu, '')
  if (credentials.some(({ secret }) => bare(secret) === bare(sent))) {
    return ['Known mistake: the key has other signs between its letters, or lacks its hyphens.']
  }
  if (credentials.some(({ secret }) => sent.includes(foldKey(secret)))) {
    return ['Known mistake: the key has further characters around it.']
  }
  if (sent.length >= 8 && credentials.some(({ secret }) => foldKey(secret).includes(sent))) {
    return ['Known mistake: only a part of the key was sent.']
  }
  return ['It is compared in any case, without braces and blanks around it.']
}

/** What the call would meet behind the key. */
function remarks(parameters: Parameters): string[] {
  const others = [...parameters.conflicts].filter((name) => name !== 'apikey')
  const isKnown = actions.includes(textOf(parameters, 'action').toLowerCase())
  return [
    ...others.map((name) => `${name} came with two values, or as an array, which is refused.`),
    ...(parameters.nul ? ['A NUL stands in a value, which is refused.'] : []),
    ...(isKnown ? [] : ['The action is none of confirm, complete and stocksync, or empty.']),
  ]
}
