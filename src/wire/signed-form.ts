import { type FormKind, type FormReading, readForm } from './form.ts'
import { countName, cutPairs, hasForeignBytes, type NameCount } from './form-pairs.ts'
import { jsQuery } from './js-query.ts'
import type { PhpArray } from './php-array.ts'
import { type FormRefusal, MAX_PAIRS } from './php-form.ts'
import { httpBuildQuery, toRfc3986 } from './php-query.ts'

/**
 * The texts that a client may have signed, as binary strings; `null` where there is none. Each is
 * made when it is asked for: most calls are proved by the first.
 */
export type SignedTexts = {
  readonly raw: string | null
  readonly phpRebuild: string
  readonly jsRebuild: string | null
  readonly rfc3986Rebuild: string
}

export type SignedForm = {
  ok: true
  kind: FormKind
  /** `$_POST` without the signature. */
  tree: PhpArray
  /** The signature as PHP reads it (the last one, decoded); `undefined` if none or an array. */
  signature: string | undefined
  /** How many fields PHP would store as the signature or under it: more than one is an attack. */
  signatureFields: NameCount
  /** Bytes that no form encoder makes; never set for multipart. */
  foreignBytes: boolean
  /** A NUL stands in a value: no database text can hold it, so refuse it once the proof is done. */
  nulInValues: boolean
  texts: SignedTexts
}

/**
 * Reads a signed form and every text that its signature may be over (contract §2.2). The signature
 * is no parameter: 1,000 pairs may stand beside it. A NUL in a value is reported, not refused, so
 * that a right signature over one is still known to be right. Never throws on input.
 */
export function readSignedForm(
  body: Uint8Array,
  contentType: string | undefined,
  signatureName: string,
): SignedForm | { ok: false; reason: FormRefusal } {
  const form: FormReading = readForm(body, contentType, {
    maxPairs: MAX_PAIRS + 1,
    keepValueNuls: true,
  })
  if (!form.ok) return form
  const { kind, raw, fields, tree, nulInValues } = form
  const signatureFields = countName(fields, signatureName)
  if (signatureFields.plain + signatureFields.array === 0 && fields.length > MAX_PAIRS) {
    return { ok: false, reason: 'too-many-pairs' }
  }
  const signature = tree.get(signatureName)
  tree.delete(signatureName)
  const isUrlencoded = kind === 'urlencoded'
  return {
    ok: true,
    kind,
    tree,
    signature: typeof signature === 'string' ? signature : undefined,
    signatureFields,
    foreignBytes: isUrlencoded && hasForeignBytes(raw),
    nulInValues,
    texts: {
      get raw() {
        return isUrlencoded ? cutPairs(raw, signatureName).rest : null
      },
      get phpRebuild() {
        return httpBuildQuery(tree)
      },
      get jsRebuild() {
        return isUrlencoded ? jsQuery(fields, signatureName) : null
      },
      get rfc3986Rebuild() {
        return toRfc3986(httpBuildQuery(tree))
      },
    },
  }
}
