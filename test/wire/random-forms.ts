/** A seeded generator: the same seed gives the same bodies on every machine. */
export type Random = { below: (limit: number) => number; pick: <T>(from: readonly T[]) => T }

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  const pick = <T>(from: readonly T[]): T => {
    const item = from[below(from.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  return { below, pick }
}

const NAMES = ['a', 'b', 'goods', 'utm', 'hash', '0', '7', '-3', '__proto__', 'Host-', '_', '__']
const KEYS = [
  ...[
    '',
    'x',
    'y',
    '0',
    '1',
    '2',
    '5',
    '08',
    '-5',
    '-0',
    '-1',
    '1e3',
    '+1',
    ' 1',
    ' ',
    '\t',
    '%0a',
  ],
  ...['9223372036854775806', '9223372036854775807', '9223372036854775808', '18446744073709551617'],
  ...['-9223372036854775808', '-9223372036854775809', '4294967296', '%31', '%C8', 'é', '[', '.'],
]
const PIECES = [
  ...[
    '[',
    ']',
    '[]',
    '%5B',
    '%5D',
    '%5b',
    '.',
    ' ',
    '+',
    '%20',
    '%',
    '%%',
    '%4',
    '%zz',
    '=',
    '%3D',
  ],
  ...['%41', '%d0%98', '%D0', '\xff', '\xc3\xa9', '%2B', '~', '*', "'", '(', ')', '!', '"', ';'],
  ...['\n', '%0D', '%7e', '<', '\\', '{', '__Host-', 'Secure-', '_', '%26', ',', ':', '/', '\x7f'],
  ...['a', 'b', '0', '1', 'x', 'hash', 'goods'],
]

/** A name or value of random pieces, as raw bytes (binary string). */
export function randomText(random: Random, most: number): string {
  return Array.from({ length: random.below(most + 1) }, () => random.pick(PIECES)).join('')
}

/** A field name: now and then well-formed with brackets, else any mess. */
export function randomName(random: Random): string {
  const top = random.pick(NAMES)
  const shape = random.below(10)
  if (shape < 2) return top
  if (shape < 4) return randomText(random, 6)
  const brackets = Array.from({ length: 1 + random.below(3) }, () => `[${random.pick(KEYS)}]`)
  const tail = random.below(6) === 0 ? randomText(random, 3) : ''
  const head = random.below(6) === 0 ? randomText(random, 3) : ''
  return head + top + brackets.join('') + tail
}

/** A raw urlencoded body of up to a dozen pairs, few names, so that they collide. */
export function randomBody(random: Random): string {
  const pairs = Array.from({ length: random.below(13) }, () => {
    if (random.below(25) === 0) return ''
    const name = randomName(random)
    return random.below(12) === 0 ? name : `${name}=${randomText(random, 4)}`
  })
  return pairs.join('&')
}

/** The body with a NUL, bare or as `%00`, put into it somewhere. */
export function withNul(random: Random, body: string): string {
  const at = random.below(body.length + 1)
  return body.slice(0, at) + random.pick(['%00', '\0']) + body.slice(at)
}
