import { expect, test } from 'vitest'
import { createRestarts, startsInVain, type WorkerEnd } from '../../src/restarts.ts'

const vain: WorkerEnd = { livedMs: 200, listened: false, others: 0 }
const crashed: WorkerEnd = { livedMs: 200, listened: true, others: 1 }
const steady: WorkerEnd = { livedMs: 60_000, listened: true, others: 1 }

function waits(ends: readonly WorkerEnd[]): (number | undefined)[] {
  const restarts = createRestarts()
  return ends.map((end) => {
    if (end.listened) restarts.listens()
    return restarts.afterEnd(end)
  })
}

test('replaces at once what ran well', () => {
  expect(waits([steady, steady, steady])).toEqual([0, 0, 0])
})

test('replaces ever more slowly what ends soon, and never stops while calls were taken', () => {
  const many = waits(Array.from({ length: 12 }, () => crashed))
  expect(many.slice(0, 4)).toEqual([100, 200, 400, 800])
  expect(many.slice(6)).toEqual([5000, 5000, 5000, 5000, 5000, 5000])
})

test('begins anew after one that ran well', () => {
  expect(waits([crashed, crashed, steady, crashed])).toEqual([100, 200, 0, 100])
})

test('gives up when none after another comes up', () => {
  const ends = waits(Array.from({ length: startsInVain }, () => vain))
  expect(ends).toEqual([100, 200, 400, 800, undefined])
})

test('goes on as long as another worker takes calls', () => {
  const beside = { ...vain, others: 1 }
  expect(waits(Array.from({ length: 8 }, () => beside))).not.toContain(undefined)
})

test('counts only those in vain one after another', () => {
  expect(waits([vain, vain, vain, vain, crashed, vain])).not.toContain(undefined)
})
