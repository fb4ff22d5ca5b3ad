/** Digits, perhaps in groups as on a card, however people part them within a line. */
const longRun = /\d(?:[ \t\u00a0._\u2010-\u2015-]{0,3}\d){11,}/g

const shortestCard = 13
const longestCard = 19

/** Hides every run of 12 digits or more but for its last four: in what is said of a payment. */
export function maskLongRuns(text: string): string {
  return text.replace(longRun, maskDigits)
}

/**
 * Hides what is a card number, by length, first digit and check digit: in free text, where other
 * long numbers (articles, parcels) have to stay legible.
 */
export function maskCardNumbers(text: string): string {
  return text.replace(longRun, maskCardsIn)
}

/** Every row of whole groups is tried; long runs are a buyer's to write, so it must stay cheap. */
function maskCardsIn(run: string): string {
  const groups = [...run.matchAll(/\d+/g)]
  const signs = [...run]
  for (const [at, { index: from }] of groups.entries()) {
    let digits = ''
    // A card of 19 digits has no more groups than digits.
    for (const { 0: more, index } of groups.slice(at, at + longestCard)) {
      digits += more
      if (digits.length > longestCard) break
      if (!isCardNumber(digits)) continue
      const to = index + more.length
      // Of what is hidden already nothing comes back: two readings of a run may overlap.
      signs.splice(from, to - from, ...maskDigits(signs.slice(from, to).join('')))
    }
  }
  return signs.join('')
}

function isCardNumber(digits: string): boolean {
  if (digits.length < shortestCard || digits.length > longestCard) return false
  return /^[2-6]/.test(digits) && hasCheckDigit(digits)
}

/** Luhn's: every second digit from the right counts double. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at += 1) {
    const counted = Number(digits.at(-1 - at)) * (at % 2 === 1 ? 2 : 1)
    sum += counted > 9 ? counted - 9 : counted
  }
  return sum % 10 === 0
}

function maskDigits(run: string): string {
  let left = run.replace(/\D/g, '').length
  return run.replace(/\d/g, (digit) => (left-- > 4 ? '*' : digit))
}
