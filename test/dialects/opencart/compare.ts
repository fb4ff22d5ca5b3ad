import type { IncomingHttpHeaders } from 'node:http'
import { isSameButForTheAmount, withoutTaxes } from './amounts.ts'
import { isObject, leadsTo, parsePath, type Step } from './json-path.ts'
import type { Exchange, Expected } from './recording.ts'

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body read as JSON; `undefined` if it is none. */
  readonly json: unknown
}

export type Captures = ReadonlyMap<string, string>

export type CompareOptions = {
  /** How amounts count where the recording says `money_text`; default `shape`. */
  readonly money?: 'shape' | 'exact'
}

/** What the recording says of the values under one path. */
type Rule = { readonly says: Say; readonly steps: readonly Step[]; readonly name: string }
type Say = 'volatile' | 'free' | 'same' | 'unordered'

type Scope = {
  readonly at: string
  readonly key: string
  readonly rules: readonly Rule[]
  /** Inside an `error` the keys are exactly the recorded ones. */
  readonly exactKeys: boolean
  readonly money: 'shape' | 'exact'
  readonly captures: Captures
}

/** Where an answer differs from the advised or else the recorded one; nothing: it is equal. */
export function compareExchange(
  exchange: Exchange,
  answer: Answer,
  captures: Captures,
  { money = 'shape' }: CompareOptions = {},
): string[] {
  const expected = exchange.advised ?? exchange.response
  const head = compareHead(expected, answer)
  if (!('json' in expected)) return [...head, ...compareText(expected.text ?? '', answer.text)]
  if (answer.json === undefined) return [...head, `no JSON: ${answer.text.slice(0, 200)}`]
  const scope: Scope = {
    at: '$',
    key: '',
    rules: rulesOf(exchange),
    exactKeys: false,
    money: exchange.money_text === true ? money : 'exact',
    captures,
  }
  return [
    ...head,
    ...contradictions(expected.json, answer.json),
    ...compare(expected.json, answer.json, scope),
  ]
}

function compareHead(expected: Expected, answer: Answer): string[] {
  const found: string[] = []
  if (answer.status !== expected.status)
    found.push(`status: ${answer.status}, not ${expected.status}`)
  // The original says text/html in front of some JSON: only the right name is worth keeping.
  const type = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (expected.content_type === 'application/json' && type !== expected.content_type) {
    found.push(`content-type: ${type}, not ${expected.content_type}`)
  }
  for (const [name, value] of Object.entries(expected.cors ?? {})) {
    const sent = answer.headers[name]
    if (sent !== value) found.push(`${name}: ${sent}, not ${value}`)
  }
  return found
}

/** A text in brackets stands for a page of the shop that was left out. */
function compareText(expected: string, text: string): string[] {
  const isRemark = expected.startsWith('(') && expected.endsWith(')')
  return isRemark || expected === text ? [] : [`body: ${shown(text)}, not ${shown(expected)}`]
}

/** More keys are fine, but clients read these two as the verdict. */
function contradictions(expected: unknown, answered: unknown): string[] {
  if (!isObject(expected) || !isObject(answered)) return []
  return ['success', 'error']
    .filter((key) => key in answered && !(key in expected))
    .map((key) => `$.${key}: ${shown(answered[key])}, not there`)
}

function rulesOf(exchange: Exchange): Rule[] {
  const rule = (says: Say, path: string, name = ''): Rule => ({
    says,
    steps: parsePath(path),
    name,
  })
  return [
    ...exchange.volatile.map((path) => rule('volatile', path)),
    ...(exchange.free ?? []).map((path) => rule('free', path)),
    ...Object.entries(exchange.same ?? {}).map(([path, name]) => rule('same', path, name)),
    ...Object.entries(exchange.unordered ?? {}).map(([path, key]) => rule('unordered', path, key)),
  ]
}

function ruleHere({ rules }: Scope, says: Say): Rule | undefined {
  return rules.find((rule) => rule.says === says && rule.steps.length === 0)
}

function compare(expected: unknown, answered: unknown, scope: Scope): string[] {
  if (ruleHere(scope, 'free') !== undefined) return []
  const kinds = [kindOf(expected), kindOf(answered)]
  if (kinds[0] !== kinds[1]) {
    return [`${scope.at}: ${shown(answered)} (${kinds[1]}), not ${shown(expected)} (${kinds[0]})`]
  }
  const same = ruleHere(scope, 'same')
  if (same !== undefined) {
    const captured = scope.captures.get(same.name)
    return captured === String(answered) ? [] : [`${scope.at}: ${shown(answered)}, not ${captured}`]
  }
  if (ruleHere(scope, 'volatile') !== undefined) return []
  if (Array.isArray(expected) && Array.isArray(answered)) {
    return compareLists(expected, answered, scope)
  }
  if (isObject(expected) && isObject(answered)) return compareObjects(expected, answered, scope)
  if (expected === answered) return []
  if (scope.money === 'shape' && isSameButForTheAmount(scope.key, expected, answered)) return []
  return [`${scope.at}: ${shown(answered)}, not ${shown(expected)}`]
}

function compareObjects(
  expected: Readonly<Record<string, unknown>>,
  answered: Readonly<Record<string, unknown>>,
  scope: Scope,
): string[] {
  const found = Object.entries(expected).flatMap(([key, value]) => {
    const at = `${scope.at}.${key}`
    const inside: Scope = {
      ...scope,
      at,
      key,
      rules: rulesInside(scope, (step) => step.kind === 'key' && step.key === key),
      exactKeys: scope.exactKeys || key === 'error',
    }
    if (Object.hasOwn(answered, key)) return compare(value, answered[key], inside)
    return ruleHere(inside, 'free') === undefined ? [`${at}: missing`] : []
  })
  if (!scope.exactKeys) return found
  const more = Object.keys(answered).filter((key) => !Object.hasOwn(expected, key))
  return [...found, ...more.map((key) => `${scope.at}.${key}: ${shown(answered[key])}, not there`)]
}

function compareLists(
  expected: readonly unknown[],
  answered: readonly unknown[],
  scope: Scope,
): string[] {
  const [wanted, got] = [prepared(expected, scope), prepared(answered, scope)]
  if (wanted.length !== got.length) {
    return [`${scope.at}: ${got.length} entries, not ${wanted.length}: ${shown(got)}`]
  }
  return wanted.flatMap((entry, index) =>
    compare(entry, got[index], {
      ...scope,
      at: `${scope.at}[${index}]`,
      rules: rulesInside(scope, (step) => leadsTo(step, index, entry)),
    }),
  )
}

function prepared(list: readonly unknown[], scope: Scope): readonly unknown[] {
  const leaveTaxes = scope.money === 'shape' && scope.key === 'totals'
  const entries = leaveTaxes ? withoutTaxes(list) : list
  const unordered = ruleHere(scope, 'unordered')
  if (unordered === undefined) return entries
  const textOf = (entry: unknown) => (isObject(entry) ? String(entry[unordered.name]) : '')
  return entries.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0))
}

function rulesInside({ rules }: Scope, leads: (step: Step) => boolean): readonly Rule[] {
  return rules
    .filter(({ steps: [first] }) => first !== undefined && leads(first))
    .map((rule) => ({ ...rule, steps: rule.steps.slice(1) }))
}

/** Numbers and numeric texts are kinds apart, and so are lists and objects: `[]` is only `[]`. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}
