import { describe, expect, it } from 'vitest'
import { durationText, parseDuration } from '../../src/commands/duration.ts'
import { parseMoment } from '../../src/commands/moment.ts'
import { alignedLines, plain } from '../../src/commands/output.ts'

describe('durations', () => {
  it.each([
    ['24h', 86_400_000],
    ['10m', 600_000],
    ['90s', 90_000],
    ['2d', 172_800_000],
    ['0', 0],
    ['24', undefined],
    ['-1h', undefined],
    ['1.5h', undefined],
    ['', undefined],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['0', '24h', '48h', '90m', '90s', '1s'])('writes %s as it was given', (text) => {
    expect(durationText(parseDuration(text) ?? -1)).toBe(text)
  })
})

describe('times', () => {
  const now = Date.parse('2026-03-10T00:00:00Z')
  it.each([
    ['2026-03-01', 'from', '2026-02-28T21:00:00.000Z'],
    ['2026-03-01', 'to', '2026-03-01T20:59:59.999Z'],
    ['2026-02-28', 'to', '2026-02-28T20:59:59.999Z'],
    ['2026-03-01 14:30', 'from', '2026-03-01T11:30:00.000Z'],
    ['2026-03-01T14:30:05', 'to', '2026-03-01T11:30:05.000Z'],
    ['2026-03-01T14:30:05Z', 'from', '2026-03-01T14:30:05.000Z'],
    ['2026-03-01T14:30:05+01:00', 'from', '2026-03-01T13:30:05.000Z'],
    ['7d', 'from', '2026-03-03T00:00:00.000Z'],
  ] as const)('reads %s as "%s" in Moscow', (text, edge, expected) => {
    const at = parseMoment(text, { timezone: 'Europe/Moscow', now, edge })
    expect(new Date(at).toISOString()).toBe(expected)
  })

  it.each(['2026-02-30', '01.03.2026', '2026-03-01 25:00', 'yesterday', ''])(
    'refuses %s',
    (text) => {
      const read = () => parseMoment(text, { timezone: 'UTC', now, edge: 'from' })
      expect(read).toThrow(`"${text}" is no time`)
    },
  )
})

describe('output', () => {
  it('keeps the terminal safe from texts of strangers', () => {
    expect(plain('Ada\u001b[2J\u009b31m\r\nx\u202ey')).toBe('Ada [2J 31m x y')
  })

  it('aligns columns', () => {
    expect(
      alignedLines(
        ['id', 'name'],
        [
          ['1', 'a'],
          ['100', ''],
        ],
      ),
    ).toEqual(['id   name', '1    a', '100'])
  })
})
