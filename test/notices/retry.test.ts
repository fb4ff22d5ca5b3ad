import { describe, expect, test } from 'vitest'
import { judge, retryDelaysMs, type TryEnd } from '../../src/notices/retry.ts'

const now = Date.parse('2026-03-02T10:00:00Z')
const secondMs = 1000
const minuteMs = 60_000
const hourMs = 3_600_000

/** A first try in the middle of the spread; `over` says what is special. */
function tried(over: Partial<TryEnd>) {
  const end = { status: 500, tries: 1, retryAfter: null, failures: 0, now, random: 0.5, ...over }
  const { dueAt, pausedUntil, ...rest } = judge(end)
  return {
    ...rest,
    waitMs: dueAt - now,
    pauseMs: pausedUntil === null ? null : pausedUntil - now,
  }
}

const untouched = { pauseMs: null, disabledWhy: null }

test('ten tries take 72 hours', () => {
  expect(retryDelaysMs).toHaveLength(9)
  const sum = retryDelaysMs.reduce((all, one) => all + one, 0)
  expect(sum - 72 * hourMs).toBe(5 * secondMs)
})

test.each([200, 201, 202, 204, 299])('%i is delivered, whatever else stands there', (status) => {
  const verdict = { becomes: 'delivered', waitMs: 0, ...untouched }
  expect(tried({ status })).toEqual(verdict)
  expect(tried({ status, tries: 10, failures: 7, retryAfter: '60' })).toEqual(verdict)
})

test.each([null, 100, 199, 300, 301, 308, 400, 401, 404, 413, 500, 501, 599])(
  '%s waits for the next try, and leaves the endpoint as it is',
  (status) => {
    const verdict = { becomes: 'waiting', waitMs: 5 * secondMs, ...untouched }
    expect(tried({ status })).toEqual(verdict)
  },
)

describe('the wait between tries', () => {
  test.each([
    [1, 5 * secondMs],
    [2, minuteMs],
    [3, 5 * minuteMs],
    [4, 20 * minuteMs],
    [5, hourMs],
    [6, 4 * hourMs],
    [7, 10 * hourMs],
    [8, 20 * hourMs],
    [9, 36 * hourMs + 34 * minuteMs],
  ])('after try %i is %i ms, a tenth more or less', (tries, waitMs) => {
    expect(tried({ tries }).waitMs).toBe(waitMs)
    expect(tried({ tries, random: 0 }).waitMs).toBe(waitMs * 0.9)
    expect(tried({ tries, random: 1 }).waitMs).toBeCloseTo(waitMs * 1.1, 0)
  })

  test.each([10, 11, 40])('comes to an end with try %i', (tries) => {
    expect(tried({ tries })).toEqual({ becomes: 'dead', waitMs: 0, ...untouched })
    expect(tried({ tries, status: null }).becomes).toBe('dead')
    expect(tried({ tries, status: 503 })).toMatchObject({ becomes: 'dead', pauseMs: secondMs })
  })
})

describe('Retry-After', () => {
  test.each([
    ['60', 60 * secondMs],
    [' 60 ', 60 * secondMs],
    ['3', 5 * secondMs],
    ['0', 5 * secondMs],
    ['86400', 24 * hourMs],
    ['86401', 24 * hourMs],
    ['99999999999999999999', 24 * hourMs],
    ['Mon, 02 Mar 2026 10:02:00 GMT', 2 * minuteMs],
    ['mon, 02 mar 2026 10:02:00 gmt', 2 * minuteMs],
    ['Mon, 02 Mar 2026 09:00:00 GMT', 5 * secondMs],
    ['Fri, 02 Mar 2029 10:00:00 GMT', 24 * hourMs],
    ['Mon, 99 Mar 2026 10:02:00 GMT', 5 * secondMs],
    ['', 5 * secondMs],
    ['-5', 5 * secondMs],
    ['1.5', 5 * secondMs],
    ['0x40', 5 * secondMs],
    ['soon', 5 * secondMs],
  ])('"%s" makes the first wait %i ms', (retryAfter, waitMs) => {
    expect(tried({ retryAfter })).toEqual({ becomes: 'waiting', waitMs, ...untouched })
  })

  test('never shortens a wait', () => {
    expect(tried({ tries: 5, retryAfter: '60' }).waitMs).toBe(hourMs)
  })
})

describe('an endpoint that has too much', () => {
  const statuses = [429, 502, 503, 504]
  test.each(
    statuses.flatMap((status) => [
      { status, failures: 0, pauseMs: secondMs },
      { status, failures: 1, pauseMs: 2 * secondMs },
      { status, failures: 8, pauseMs: 256 * secondMs },
      { status, failures: 9, pauseMs: 5 * minuteMs },
      { status, failures: 5000, pauseMs: 5 * minuteMs },
    ]),
  )('rests after $status with $failures failures for $pauseMs ms', ({ pauseMs, ...end }) => {
    expect(tried(end)).toMatchObject({ becomes: 'waiting', pauseMs, disabledWhy: null })
  })

  test.each([
    ['60', minuteMs],
    ['0', secondMs],
    ['999999999', 24 * hourMs],
    ['Mon, 02 Mar 2026 10:02:00 GMT', 2 * minuteMs],
    ['soon', 8 * secondMs],
  ])('rests as long as it asks with "%s": %i ms', (retryAfter, pauseMs) => {
    expect(tried({ status: 429, failures: 3, retryAfter }).pauseMs).toBe(pauseMs)
  })
})

test('410 ends the delivery and switches the endpoint off', () => {
  for (const end of [{}, { tries: 10 }, { retryAfter: '60' }, { failures: 4 }]) {
    const verdict = { becomes: 'dead', waitMs: 0, pauseMs: null }
    expect(tried({ status: 410, ...end })).toEqual({
      ...verdict,
      disabledWhy: 'it answered 410 Gone',
    })
  }
})
