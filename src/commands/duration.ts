const unitMs: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
}

/** Milliseconds of `2d`, `24h`, `10m`, `90s` or `0`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const match = /^(\d{1,9})([dhms])$/.exec(text)
  return match === null ? undefined : Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0)
}

/** In the largest unit that leaves no rest: `24h` stays hours, `48h` too. */
export function durationText(ms: number): string {
  if (ms === 0) return '0'
  const unit = ['h', 'm', 's'].find((name) => ms % (unitMs[name] ?? 1) === 0)
  return unit === undefined ? `${ms}ms` : `${ms / (unitMs[unit] ?? 1)}${unit}`
}

export const durationForms = 'write a number and a unit: 90s, 10m, 24h, 2d, or 0'
