import type { Caller, Sent, Values } from './isolation-callers.ts'
import type { Merchant } from './isolation-merchants.ts'
import type { Answered } from './isolation-send.ts'
import type { Stance } from './isolation-stances.ts'

/** What an answer to the first merchant's try has in it of the second's. */
export function leaksIn(
  { status, text }: Answered,
  sent: Sent,
  where: string,
  { by }: Stance,
  [a, b]: readonly [Merchant, Merchant],
  callers: readonly [Caller, Caller],
): string[] {
  if (status >= 500) return [`${where}: ${status}`]
  const asked = decodeURIComponent(`${sent.path} ${sent.body}`.replace(/\+|%(?![\da-f]{2})/gi, ' '))
  const secrets = secretsOf(callers[1], b).filter((one) => !asked.includes(one))
  // Whoever proves nothing is shown nothing of anybody's.
  const kept = [...b.marks, ...secrets, ...(by === undefined ? a.marks : [])]
  return kept.filter((mark) => text.includes(mark)).map((mark) => `${where}: ${mark}`)
}

function secretsOf({ keys, tokens }: Caller, { payKey }: Merchant): string[] {
  const { influencersoft, mintsoft, opencart, shopsite, basic } = keys
  const more = [shopsite.secretKey, shopsite.code, basic.password, payKey]
  return [influencersoft, mintsoft, opencart.key, tokens.opencart, tokens.shopsite, ...more]
}

/**
 * An answer without what is another each time, and without what is asked for in calls that are
 * compared: what the one has written into the own account the other is shown as well.
 */
export function plain({ status, body }: Answered, compared: readonly Values[]): string {
  let left = `${status} ${body.replace(/[0-9a-f]{26,}|[A-Za-z0-9_-]{43}/g, '<key>')}`
  const named = compared
    .flatMap((values) => Object.entries(values))
    .sort(([, one], [, other]) => other.length - one.length)
  for (const [name, value] of named) left = left.replaceAll(value, `<${name}>`)
  return left
}

export function overheard(bodies: readonly string[], other: Merchant): string[] {
  const [mark = ''] = other.marks
  return bodies.filter((body) => body.includes(mark)).map(() => `a notice of ${other.login}'s`)
}

export function differences(
  whose: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const changed = Object.keys(after).filter((table) => before[table] !== after[table])
  return changed.map((table) => `${table} of ${whose}`)
}
