const SIGNIFICANT_DIGITS = 14

/**
 * A float as PHP prints it with `precision=14`: `1.0E+15`, `0.3` for 0.1+0.2, `1000`, `-0`, `INF`.
 */
export function phpFloat(value: number): string {
  if (Number.isNaN(value)) return 'NAN'
  if (!Number.isFinite(value)) return value > 0 ? 'INF' : '-INF'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const { digits, exponent } = roundedDigits(Math.abs(value))
  return sign + layOut(digits, exponent)
}

/** The number as 0.d1d2d3… times ten to `exponent`, rounded to 14 digits. */
function roundedDigits(value: number): { digits: string; exponent: number } {
  const exact = value.toExponential(60)
  const exponent = Number(exact.slice(exact.indexOf('e') + 1)) + 1
  const dropped = exact.slice(SIGNIFICANT_DIGITS + 1, exact.indexOf('e'))
  const lastKept = Number(exact.charAt(SIGNIFICANT_DIGITS))
  if (/^50*$/.test(dropped) && lastKept % 2 === 0) {
    // JavaScript rounds an exact half up, PHP to the even digit, and of a 15-digit integer it then
    // leaves the zeros.
    const kept = exact.slice(0, SIGNIFICANT_DIGITS + 1).replace('.', '')
    return { digits: exponent === 15 ? kept : withoutZeros(kept), exponent }
  }
  const [mantissa = '0', power = '0'] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e')
  return { digits: withoutZeros(mantissa.replace('.', '')), exponent: Number(power) + 1 }
}

function withoutZeros(digits: string): string {
  return digits.replace(/(?!^)0+$/, '')
}

function layOut(digits: string, exponent: number): string {
  if (exponent < -3 || exponent > SIGNIFICANT_DIGITS) {
    const power = exponent - 1
    const rest = digits.length > 1 ? digits.slice(1) : '0'
    return `${digits.charAt(0)}.${rest}E${power < 0 ? '-' : '+'}${Math.abs(power)}`
  }
  if (exponent <= 0) return `0.${'0'.repeat(-exponent)}${digits}`
  if (digits.length <= exponent) return digits.padEnd(exponent, '0')
  return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}
