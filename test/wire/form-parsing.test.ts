import { describe, expect, it } from 'vitest'
import { type FormRefusal, parsePhpForm } from '../../src/wire/php-form.ts'
import { httpBuildQuery } from '../../src/wire/php-query.ts'
import { readVectors, toVectorTree, type VectorTree } from './vectors.ts'

type FormCase = {
  name: string
  body_base64: string
  post: VectorTree
  rebuild: string
  pieces: number
  flags: { exceeds_max_input_vars: boolean; nesting_over_64: boolean; raw_nul: boolean }
}

const cases = readVectors<FormCase>('form-parsing')
const bodyOf = (form: FormCase) => Buffer.from(form.body_base64, 'base64')

// Where PHP would lose or rename something, we refuse instead (contract §2.4).
function refusalOf(form: FormCase): FormRefusal | undefined {
  if (form.pieces > 1_000) return 'too-many-pairs'
  const body = bodyOf(form).toString('latin1')
  if (body.includes('\0') || body.includes('%00')) return 'nul'
  return form.flags.nesting_over_64 ? 'too-deep' : undefined
}

const numbered = (shape: string, numbers: number[]) =>
  numbers.map((number) => `${shape}-${String(number).padStart(3, '0')}`)

const refused = cases.filter((form) => refusalOf(form) !== undefined)
const read = cases.filter((form) => refusalOf(form) === undefined)

describe('a form body that PHP reads without loss', () => {
  it.each(read)('$name gives the same $_POST and the same rebuild', (form) => {
    const result = parsePhpForm(bodyOf(form))
    if (!result.ok) throw new Error(`refused: ${result.reason}`)
    expect(toVectorTree(result.tree)).toEqual(form.post)
    expect(httpBuildQuery(result.tree)).toBe(form.rebuild)
    expect(result.nulInValues).toBe(false)
  })
})

describe('a form body that PHP reads with loss', () => {
  it.each(refused)('$name is refused by its rule', (form) => {
    expect(parsePhpForm(bodyOf(form))).toEqual({ ok: false, reason: refusalOf(form) })
  })

  it('is one of these, and no other is refused', () => {
    const named = (reason: FormRefusal) =>
      refused.filter((form) => refusalOf(form) === reason).map((form) => form.name)
    expect(named('too-many-pairs')).toEqual(numbered('d-many-pairs', [2, 3, 4, 5, 6]))
    expect(named('too-deep')).toEqual(numbered('d-nesting', [5, 6, 8, 9, 10, 11, 12, 13]))
    expect(named('nul')).toEqual([
      ...numbered('d-percent', [13, 14, 15, 16, 17, 18, 19, 20, 21]),
      ...numbered('d-raw-bytes', [19, 20, 21, 22]),
      ...numbered('d-special-names', [20]),
      ...numbered('d-random', [5, 14, 35, 36, 40]),
    ])
    expect(read.length + refused.length).toBe(319)
  })
})

describe('a NUL in a value', () => {
  const inValue = ['d-percent-013', 'd-percent-014', 'd-raw-bytes-019', 'd-raw-bytes-020']

  it.each(cases.filter((form) => inValue.includes(form.name)))(
    '$name is read as PHP reads it, and reported, where the caller asks for that',
    (form) => {
      const result = parsePhpForm(bodyOf(form), { keepValueNuls: true })
      if (!result.ok) throw new Error(`refused: ${result.reason}`)
      expect(toVectorTree(result.tree)).toEqual(form.post)
      expect(httpBuildQuery(result.tree)).toBe(form.rebuild)
      expect(result.nulInValues).toBe(true)
    },
  )

  it('does not let a NUL in a name through with it', () => {
    const result = parsePhpForm(Buffer.from('a%00b=1'), { keepValueNuls: true })
    expect(result).toEqual({ ok: false, reason: 'nul' })
  })
})
