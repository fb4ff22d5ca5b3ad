import { expect, it } from 'vitest'
import { isRefusal, outcomeKind } from '../../src/model/call-outcome.ts'
import { failureCodes } from '../../src/model/failure.ts'

const noRefusals = ['ok', 'bug', 'busy', 'outcome-unknown', 'code-400']
const own = ['code-201', 'code-601', 'refused', 'no-data', 'unknown-function']

it.each(noRefusals)('%s turns no call down', (outcome) => {
  expect(isRefusal(outcome)).toBe(false)
})

it.each([...own, ...failureCodes.filter((code) => !noRefusals.includes(code))])(
  '%s turns a call down',
  (outcome) => {
    expect(isRefusal(outcome)).toBe(true)
  },
)

it.each([
  ['ok', 'ok'],
  ['code-400', 'ok'],
  ['code-201', 'refused'],
  ['order-not-found', 'refused'],
  ['proof-wrong', 'unproved'],
  ['account-not-found', 'unproved'],
  ['too-many-failures', 'unproved'],
  ['busy', 'busy'],
  ['outcome-unknown', 'unknown'],
  ['bug', 'bug'],
])('%s counts as %s', (outcome, kind) => {
  expect(outcomeKind(outcome)).toBe(kind)
})
