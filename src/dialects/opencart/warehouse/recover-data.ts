import { toText } from '../../../wire/charset.ts'
import { decodeForm } from '../../../wire/percent.ts'
import { jsonExtent } from './json-extent.ts'
import { type ModuleField, type RawField, readRawFields } from './raw-fields.ts'

/**
 * What JSON a field holds. `recovered`: it was not form-encoded, and a form decoder would have read
 * something else. `problem`: one sentence for the caller.
 */
export type JsonReading =
  | { readonly value: unknown; readonly recovered: boolean }
  | { readonly problem: string }

/** Fields as a form decoder read them, for bodies that are not urlencoded. */
export type DecodedFields = Readonly<Partial<Record<ModuleField, string | undefined>>>

export type ModuleForm = {
  readonly data: JsonReading
  /** Undefined where the field was not sent, or empty. */
  readonly comments: JsonReading | undefined
  readonly cat: string | undefined
  readonly statusId: string | undefined
}

/** As deep as PHP reads JSON. */
const MAX_DEPTH = 512

/**
 * The fields of a module call out of its body, form-encoded or not (warehouse contract A.2). Never
 * throws. Of a JSON key that comes twice the last value counts; JavaScript moves keys that look
 * like integers to the front of an object, which means nothing to a batch.
 */
export function readModuleForm(rawBody: Uint8Array, decoded: DecodedFields = {}): ModuleForm {
  const fields = readRawFields(rawBody)
  const plain = (name: ModuleField) => {
    const field = fields.get(name)
    return field === undefined ? decoded[name]?.trim() : formText(field).trim()
  }
  return {
    data: readJson('data', fields.get('data'), decoded.data),
    comments: plain('comments')
      ? readJson('comments', fields.get('comments'), decoded.comments)
      : undefined,
    cat: plain('cat'),
    statusId: plain('status_id'),
  }
}

/** Only the batch of a module call; `decoded` is the form value, where a decoder found one. */
export function readData(rawBody: Uint8Array, decoded: string | undefined): JsonReading {
  return readJson('data', readRawFields(rawBody).get('data'), decoded)
}

function readJson(
  name: ModuleField,
  field: RawField | undefined,
  decoded: string | undefined,
): JsonReading {
  if (field?.bare) {
    const found = parseJson(toText(field.written))
    if (found !== undefined) return { ...found, recovered: isHarmedByDecoding(field) }
  }
  const texts = [decoded, field === undefined ? undefined : formText(field)]
  for (const text of texts) {
    const found = text === undefined ? undefined : parseJson(text)
    if (found !== undefined) return { ...found, recovered: false }
  }
  if (texts.every((text) => text === undefined || text.trim() === '')) {
    return { problem: `The field ${name} is missing; send the batch in it as JSON text.` }
  }
  return {
    problem: `The field ${name} is not valid JSON; send one JSON list or object, form-encoded.`,
  }
}

function isHarmedByDecoding({ written }: RawField): boolean {
  return written.includes('&') || decodeForm(written) !== written
}

function formText({ written }: RawField): string {
  return toText(decodeForm(written))
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  const extent = jsonExtent(text)
  if (extent === 'open' || (extent !== 'none' && extent.depth > MAX_DEPTH)) return undefined
  try {
    return { value: JSON.parse(extent === 'none' ? text : text.slice(extent.start)) }
  } catch {
    return undefined
  }
}
