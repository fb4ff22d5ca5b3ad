import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fromLocalTime,
  isRealDate,
  type LocalTime,
  toLocalTime,
} from '../../src/model/local-time.ts'

/** `2024-03-31 02:30:00` as the parts of a clock. */
function clock(text: string): LocalTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text
    .split(/[- :]/)
    .map(Number)
  return { year, month, day, hour, minute, second }
}

const instant = (local: string, zone: string) =>
  new Date(fromLocalTime(clock(local), zone)).toISOString()

describe('fromLocalTime', () => {
  it.each([
    ['UTC', '1970-01-01 00:00:00', '1970-01-01T00:00:00.000Z'],
    ['UTC', '2024-02-29 23:59:59', '2024-02-29T23:59:59.000Z'],
    ['Asia/Kolkata', '2024-06-01 00:00:00', '2024-05-31T18:30:00.000Z'],
    ['Asia/Kathmandu', '2024-06-01 00:00:00', '2024-05-31T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2024-01-01 00:00:00', '2023-12-31T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2024-01-01 00:00:00', '2024-01-01T11:00:00.000Z'],
    ['America/New_York', '2024-01-15 12:00:00', '2024-01-15T17:00:00.000Z'],
    ['America/New_York', '2024-07-15 12:00:00', '2024-07-15T16:00:00.000Z'],
    ['Europe/Berlin', '2024-03-31 01:59:59', '2024-03-31T00:59:59.000Z'],
    ['Europe/Berlin', '2024-03-31 03:00:00', '2024-03-31T01:00:00.000Z'],
  ])('in %s: %s', (zone, local, expected) => {
    expect(instant(local, zone)).toBe(expected)
  })

  it.each([
    ['summer time in 2010', '2010-07-01 12:00:00', '2010-07-01T08:00:00.000Z'],
    ['winter time in 2010', '2010-12-01 12:00:00', '2010-12-01T09:00:00.000Z'],
    ['the lasting summer time of 2012', '2012-12-01 12:00:00', '2012-12-01T08:00:00.000Z'],
    ['the last hour of it', '2014-10-26 00:59:59', '2014-10-25T20:59:59.000Z'],
    ['the lasting winter time since', '2014-10-26 02:00:00', '2014-10-25T23:00:00.000Z'],
    ['a summer of it', '2024-07-01 12:00:00', '2024-07-01T09:00:00.000Z'],
  ])('knows the history of Moscow: %s', (_name, local, expected) => {
    expect(instant(local, 'Europe/Moscow')).toBe(expected)
  })

  it.each([
    ['Europe/Berlin', '2024-10-27 02:30:00', '2024-10-27T00:30:00.000Z'],
    ['America/New_York', '2024-11-03 01:30:00', '2024-11-03T05:30:00.000Z'],
    ['Europe/Moscow', '2014-10-26 01:30:00', '2014-10-25T21:30:00.000Z'],
    ['Australia/Lord_Howe', '2024-04-07 01:45:00', '2024-04-06T14:45:00.000Z'],
  ])('takes the earlier of two: in %s %s', (zone, local, expected) => {
    expect(instant(local, zone)).toBe(expected)
  })

  it.each([
    ['Europe/Berlin', '2024-03-31 02:30:00', '2024-03-31T01:30:00.000Z'],
    ['America/New_York', '2024-03-10 02:30:00', '2024-03-10T07:30:00.000Z'],
    ['Europe/Moscow', '2011-03-27 02:30:00', '2011-03-26T23:30:00.000Z'],
    ['Pacific/Apia', '2011-12-30 12:00:00', '2011-12-30T22:00:00.000Z'],
  ])('counts a skipped time as if the clock had not moved: in %s %s', (zone, local, expected) => {
    expect(instant(local, zone)).toBe(expected)
  })

  it.each([
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31 23:59:59', '0099-12-31T23:59:59.000Z'],
    ['1900-01-01 00:00:00', '1900-01-01T00:00:00.000Z'],
    ['2038-01-19 03:14:08', '2038-01-19T03:14:08.000Z'],
    ['9999-12-31 23:59:59', '9999-12-31T23:59:59.000Z'],
  ])('reaches far: %s', (local, expected) => {
    expect(instant(local, 'UTC')).toBe(expected)
  })
})

const zone = fc.constantFrom(
  'UTC',
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/St_Johns',
)
const second = fc.integer({ min: Date.UTC(1972, 0) / 1000, max: Date.UTC(2037, 0) / 1000 })

describe('toLocalTime', () => {
  it.each([
    ['UTC', '2024-02-29T23:59:59.999Z', '2024-02-29 23:59:59'],
    ['Europe/Moscow', '2024-06-01T21:00:00.000Z', '2024-06-02 00:00:00'],
    ['America/New_York', '2024-01-01T04:59:59.000Z', '2023-12-31 23:59:59'],
    ['UTC', '1969-12-31T23:59:59.000Z', '1969-12-31 23:59:59'],
    ['UTC', '9999-12-31T23:59:59.000Z', '9999-12-31 23:59:59'],
  ])('in %s at %s', (name, at, local) => {
    expect(toLocalTime(Date.parse(at), name)).toEqual(clock(local))
  })

  it('shows midnight as hour 0', () => {
    expect(toLocalTime(Date.UTC(2024, 0, 1), 'UTC').hour).toBe(0)
  })

  it('comes back to an instant that shows the same, and never to a later one', () => {
    fc.assert(
      fc.property(second, zone, (seconds, name) => {
        const at = seconds * 1000
        const local = toLocalTime(at, name)
        const back = fromLocalTime(local, name)
        expect(toLocalTime(back, name)).toEqual(local)
        expect(back).toBeLessThanOrEqual(at)
      }),
    )
  })
})

describe('isRealDate', () => {
  it.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['2000-02-29', true],
    ['1900-02-29', false],
    ['2024-04-30', true],
    ['2024-04-31', false],
    ['2024-12-31', true],
    ['2024-13-01', false],
    ['2024-00-01', false],
    ['2024-01-00', false],
    ['2024-01-32', false],
    ['0000-01-01', false],
    ['9999-12-31', true],
    ['10000-01-01', false],
    ['0001-01-01', true],
    ['0050-02-28', true],
  ])('%s: %s', (text, real) => {
    expect(isRealDate(clock(text))).toBe(real)
  })

  it.each([Number.NaN, 1.5])('is false for a day that is no whole number: %s', (day) => {
    expect(isRealDate({ year: 2024, month: 1, day })).toBe(false)
  })
})
