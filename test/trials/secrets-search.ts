/** A text that must not be found where it does not belong. */
export type Secret = {
  /** What it is, for the report: the text itself never stands in one. */
  readonly name: string
  readonly value: string
  /** True: a running gateway needs it, so that it may stand in its memory. */
  readonly inMemory: boolean
}

/** Every form in which a text may have been written down, as bytes. */
export function formsOf(value: string): Buffer[] {
  const plain = Buffer.from(value, 'utf8')
  const percent = encodeURIComponent(value)
  const everyByte = [...plain].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const texts = [
    plain.toString('hex'),
    plain.toString('hex').toUpperCase(),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    everyByte,
    everyByte.toUpperCase(),
    JSON.stringify(value).slice(1, -1),
    // As a row of Postgres quotes it.
    value.replaceAll('\\', '\\\\').replaceAll('"', '""'),
    ...[0, 1, 2].flatMap((shift) => base64Inside(plain, shift)),
  ]
  const unique = new Map([plain, ...texts.map((text) => Buffer.from(text))].map(byText))
  return [...unique.values()]
}

function byText(bytes: Buffer): [string, Buffer] {
  return [bytes.toString('latin1'), bytes]
}

/** What is left of the base64 of a longer text in which the bytes begin at that place. */
function base64Inside(bytes: Buffer, shift: number): string[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const whole = Math.floor(((bytes.length + shift) * 8) / 6)
  const inside = text.slice(Math.ceil((shift * 8) / 6), whole)
  return [inside, inside.replaceAll('+', '-').replaceAll('/', '_')]
}

export type Search = (bytes: Uint8Array) => Secret[]

const prefixBytes = 3

/** Looks for all secrets at once: bytes are gone through a single time, however many there are. */
export function searchFor(secrets: readonly Secret[]): Search {
  const seen = new Uint8Array(1 << (8 * prefixBytes))
  const byPrefix = new Map<number, { bytes: Buffer; secret: Secret }[]>()
  for (const secret of secrets) {
    if (Buffer.byteLength(secret.value) < 8) throw new Error(`${secret.name} is too short to find`)
    for (const bytes of formsOf(secret.value)) {
      const prefix = bytes.readUIntBE(0, prefixBytes)
      seen[prefix] = 1
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { bytes, secret }])
    }
  }
  return (given) => {
    const where = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
    const found = new Set<Secret>()
    let prefix = 0
    for (let at = 0; at < where.length; at += 1) {
      prefix = ((prefix << 8) | (where[at] ?? 0)) & 0xffffff
      if (at < prefixBytes - 1 || seen[prefix] === 0) continue
      const from = at - prefixBytes + 1
      for (const { bytes, secret } of byPrefix.get(prefix) ?? []) {
        if (
          where.compare(
            bytes,
            0,
            bytes.length,
            from,
            Math.min(from + bytes.length, where.length),
          ) === 0
        ) {
          found.add(secret)
        }
      }
    }
    return [...found]
  }
}
