import { describe, expect, it } from 'vitest'
import { findSilence } from '../../src/model/silence.ts'

const hourMs = 3_600_000
const monday = Date.parse('2026-03-02T00:00:00Z')
/** A time of the week that begins on 2026-03-02, a Monday: day 0 to 6, hour. */
const at = (day: number, hour: number): number => monday + (day * 24 + hour) * hourMs

type Habit = (day: number, hour: number, week: number) => boolean
const poller: Habit = () => true
const office: Habit = (day, hour) => day < 5 && hour >= 9 && hour < 18
const nightly: Habit = (_day, hour) => hour === 2
const weekly: Habit = (day, hour) => day === 0 && hour === 7
/** Sells at all hours but those in which its town sleeps. */
const shop: Habit = (_day, hour) => hour >= 7 && hour < 23
const rare: Habit = (day, hour) => (day * 24 + hour) % 37 === 5

/** Hours of the four weeks before `now` in which it called, up to and with `last`. */
function calledUntil(habit: Habit, last: number, now: number): number[] {
  const hours: number[] = []
  for (let hour = monday - 28 * 24 * hourMs; hour <= last; hour += hourMs) {
    const since = Math.floor((hour - monday) / hourMs) + 4 * 7 * 24
    const [week, inWeek] = [Math.floor(since / 168), since % 168]
    if (hour > now - 28 * 24 * hourMs && habit(Math.floor(inWeek / 24), inWeek % 24, week)) {
      hours.push(hour)
    }
  }
  return hours
}

describe('a client is missed', () => {
  it.each<[string, Habit, number, number, 'pause' | 'week' | undefined]>([
    ['a poller in its next hour', poller, at(1, 10), at(1, 11.5), undefined],
    ['a poller after three hours', poller, at(1, 10), at(1, 13), undefined],
    ['a poller soon after that', poller, at(1, 10), at(1, 13.1), 'pause'],
    ['a poller that stopped at night', poller, at(5, 1), at(5, 4.5), 'pause'],
    ['an office at night', office, at(1, 17), at(2, 8.9), undefined],
    ['an office over the weekend', office, at(4, 17), at(6, 23), undefined],
    ['an office on Monday morning', office, at(-3, 17), at(0, 9.9), undefined],
    ['an office that did not come on Monday', office, at(-3, 17), at(0, 14.1), 'week'],
    ['an office that fell silent at noon', office, at(1, 11), at(1, 17.1), 'week'],
    ['an office that fell silent at five', office, at(1, 16), at(2, 10), undefined],
    ['a shop in its night', shop, at(1, 22), at(2, 6.9), undefined],
    ['a shop that stopped at noon', shop, at(1, 11), at(1, 17.1), 'week'],
    ['a nightly job in the evening', nightly, at(1, 2), at(1, 23), undefined],
    ['a nightly job that came an hour late', nightly, at(1, 2), at(2, 3.5), undefined],
    ['a nightly job that left out a night', nightly, at(1, 2), at(3, 2.5), 'pause'],
    ['a weekly job, of which too little is known', weekly, at(0, 7), at(13, 7), undefined],
    ['a rare caller in its pause', rare, at(1, 18), at(4, 10), undefined],
    ['a rare caller that stopped', rare, at(1, 18), at(6, 10), 'pause'],
  ])('%s', (_what, habit, last, now, why) => {
    expect(findSilence(calledUntil(habit, last, now), now)?.why).toBe(why)
  })

  it('not before it has called in ten hours', () => {
    const hours = Array.from({ length: 9 }, (_, hour) => at(0, hour))
    expect(findSilence(hours, at(2, 0))).toBeUndefined()
    expect(findSilence([...hours, at(0, 9)], at(2, 0))?.why).toBe('pause')
    expect(findSilence([], at(2, 0))).toBeUndefined()
  })

  it('by its usual pauses: the longest one was an accident', () => {
    const outage: Habit = (day, hour, week) => !(week === 1 && day === 2 && hour < 20)
    const now = at(1, 13.1)
    expect(findSilence(calledUntil(outage, at(1, 10), now), now)).toEqual({
      lastAt: at(1, 10),
      usualMs: hourMs,
      why: 'pause',
    })
  })

  it('not while a holiday was the only week in which it called', () => {
    const once: Habit = (day, hour, week) => office(day, hour, week) && week !== 2
    const now = at(1, 17.1)
    expect(findSilence(calledUntil(once, at(1, 11), now), now)).toBeUndefined()
  })

  it('from its last call on, where that is known better than by the hour', () => {
    const hours = calledUntil(poller, at(1, 10), at(1, 13.5))
    expect(findSilence(hours, at(1, 13.5), at(1, 10.9))).toBeUndefined()
    expect(findSilence(hours, at(1, 14), at(1, 10.9))?.lastAt).toBe(at(1, 10.9))
  })

  it('not by a clock that was set back', () => {
    expect(findSilence(calledUntil(poller, at(1, 10), at(1, 11)), at(0, 3))).toBeUndefined()
  })
})
