import { expect, test } from 'vitest'
import { judge } from '../../src/notices/retry.ts'
import { createRoom } from '../../src/notices/room.ts'
import { newsOf, type Tried } from '../../src/notices/tried.ts'

const now = Date.parse('2026-03-02T10:00:00Z')

function aDelivery(endpointId: number, failures = 0): Tried['delivery'] {
  return {
    ...{ accountId: 7, endpointId, number: 1, seq: 1, part: 0, login: 'shop', tries: 1 },
    ...{ type: 'order.placed', body: '{}', madeAt: now, url: '', format: 'standard' },
    ...{ secret: null, previousSecret: null, failures, leasedUntil: now + 30_000 },
  }
}

function aTry(status: number, endpointId = 1): Tried {
  const verdict = judge({ status, tries: 1, retryAfter: null, failures: 0, now, random: 0.5 })
  const answer = { problem: null, retryAfter: null, answer: Buffer.alloc(0), latencyMs: 1 }
  return { delivery: aDelivery(endpointId), answered: { status, ...answer }, verdict, at: now }
}

const silent = { answers: false, failed: 0, pausedUntil: null, disabledWhy: null }
const rests = { pausedUntil: now + 1000 }

test.each([
  [[200], { answers: true }],
  [[500], { failed: 1 }],
  [[500, 500], { failed: 2 }],
  [[500, 200], { answers: true }],
  [[200, 500], { answers: true, failed: 1 }],
  [[200, 500, 500], { answers: true, failed: 2 }],
  [[429], { failed: 1, ...rests }],
  // What was good began before the rest was asked for.
  [[429, 200], { failed: 1, ...rests }],
  [[200, 429], { failed: 1, ...rests }],
  [[429, 500], { failed: 2, ...rests }],
  [[410, 500], { failed: 2, disabledWhy: 'it answered 410 Gone' }],
])('answers of %j say of the endpoint %j', (statuses, news) => {
  const tried = statuses.map((status) => aTry(status))
  expect(newsOf(tried)).toEqual([{ accountId: 7, endpointId: 1, ...silent, ...news }])
})

test('endpoints are told apart', () => {
  expect(newsOf([aTry(500, 1), aTry(200, 2), aTry(500, 1)])).toEqual([
    { accountId: 7, endpointId: 1, ...silent, failed: 2 },
    { accountId: 7, endpointId: 2, ...silent, answers: true },
  ])
})

const limits = { each: 16, most: 256 }

test('an endpoint may hold less as room gets scarce, and never all that is left', () => {
  const room = createRoom()
  const shares: number[] = []
  for (let endpoint = 0; ; endpoint += 1) {
    const each = room.left(limits)?.each
    if (each === undefined) break
    shares.push(each)
    for (let one = 0; one < each; one += 1) room.take(aDelivery(endpoint))
  }
  expect(room.count()).toBe(256)
  expect(shares.slice(0, 13)).toEqual(Array(13).fill(16))
  expect(shares.slice(13)).toEqual([12, 9, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1])
})

test('endpoints that failed last hold at most half of the room', () => {
  const room = createRoom()
  for (let endpoint = 0; endpoint < 100; endpoint += 1) room.take(aDelivery(endpoint, 3))
  expect(room.left(limits)).toMatchObject({ most: 156, failing: 28 })
  for (let endpoint = 100; endpoint < 128; endpoint += 1) room.take(aDelivery(endpoint, 3))
  expect(room.left(limits)).toMatchObject({ most: 128, failing: 0 })
  room.giveBack(aDelivery(0, 3))
  expect(room.left(limits)).toMatchObject({ most: 129, failing: 1 })
  for (let endpoint = 200; endpoint < 329; endpoint += 1) room.take(aDelivery(endpoint))
  expect(room.left(limits)).toBeUndefined()
})
