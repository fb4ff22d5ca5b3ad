import { fieldOrQuery } from '../request.ts'
import { type Body, inText, type Route, refusal, type SessionCall } from '../route.ts'
import { noAccess } from '../words.ts'
import { moduleFields } from './raw-fields.ts'
import type { Problem } from './read-batch.ts'
import { type JsonReading, type ModuleForm, readModuleForm } from './recover-data.ts'

/** What every write answers on success (contract A.4). */
export const done = { error: '' } as const

/** A call of the module: strangers hear the text by which clients log in again (contract A.6). */
export function moduleRoute(run: (call: SessionCall) => Promise<Body>): Route {
  return { says: inText, stranger: inText(noAccess), readsRaw: true, run }
}

/** The call's fields, form-encoded or not. Refuses a body that was too large to take. */
export function formOf({ call, request }: SessionCall): ModuleForm {
  if (call.body === 'too-large') {
    throw refusal('The body is larger than 16 MB; send the batch in parts.')
  }
  const decoded = moduleFields.map((name) => [name, fieldOrQuery(request, name)] as const)
  return readModuleForm(request.rawBody, Object.fromEntries(decoded))
}

/** What the JSON of a field says; one that was not form-encoded is noted in the log. */
export function jsonIn({ call }: SessionCall, reading: JsonReading): unknown {
  if ('problem' in reading) throw refusal(reading.problem)
  if (reading.recovered) {
    call.note({ reason: 'the body is not form-encoded; its JSON was read as it stands' })
  }
  return reading.value
}

/** The rows of a batch, all of them or none (contract A.10). */
export function rowsOf<Row>(read: Row[] | Problem): Row[] {
  if ('problem' in read) throw refusal(read.problem)
  return read
}
