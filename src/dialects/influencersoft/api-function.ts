import type { z } from 'zod'
import type { Author } from '../../core/commands.ts'
import type { Context } from '../../core/context.ts'
import type { Account } from '../../model/account.ts'
import { Failure } from '../../model/failure.ts'
import type { PlainValue } from '../../wire/tree.ts'
import type { Outcome } from './answer.ts'
import type { OwnWords } from './words.ts'

/** Parameters as PHP reads them, without the proof; objects have no prototype. */
export type Params = { readonly [name: string]: PlainValue }

export type ApiInput = {
  readonly ctx: Context
  readonly account: Account
  readonly author: Author
  readonly params: Params
  /** The function's name as the docs write it, and the bytes that were proved. */
  readonly name: string
  readonly body: Uint8Array
}

/** One function of the API: its name as the docs write it, what it does, its own words. */
export type ApiFunction = {
  readonly name: string
  /** Whether it may change anything: only such a call is answered from the replay memory. */
  readonly writes: boolean
  readonly run: (input: ApiInput) => Promise<Outcome>
  readonly words?: OwnWords
}

/** Types the parameters; throws `invalid-input` that names the field, never its value. */
export function typed<T>(schema: z.ZodType<T>, params: Params): T {
  const parsed = schema.safeParse(params)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new Failure('invalid-input', { reason: 'a parameter is missing or bad', field })
}
