import { isIP } from 'node:net'

/**
 * How far an address is fit to be called: by anybody, only where an operator opens its range, or
 * never.
 */
export type Verdict =
  | { readonly reach: 'public' }
  | { readonly reach: 'openable' | 'never'; readonly why: string }

type Bytes = readonly number[]
type Range = { readonly bytes: Bytes; readonly bits: number }
type Rule = { readonly range: Range; readonly judge: (bytes: Bytes) => Verdict }

/**
 * Judges one IPv4 or IPv6 address as text; what is no address, and one with a zone, is `never`.
 * After the IANA registries of special-purpose addresses (RFC 6890 and its updates).
 */
export function judgeAddress(address: string): Verdict {
  const bytes = toBytes(address)
  return bytes === undefined ? { reach: 'never', why: 'no address' } : judge(bytes)
}

/** True for two spellings of one address: `::1` and `0:0:0:0:0:0:0:1`. */
export function isSameAddress(one: string, other: string): boolean {
  const [bytes, others] = [toBytes(one), toBytes(other)]
  if (bytes === undefined || others === undefined) return false
  return bytes.length === others.length && bytes.every((byte, at) => byte === others[at])
}

function judge(bytes: Bytes): Verdict {
  const verdict = rules.find(({ range }) => isWithin(bytes, range))?.judge(bytes) ?? usual(bytes)
  if (verdict.reach === 'never' || !isIsatap(bytes)) return verdict
  return judgeForm('an ISATAP address', [bytes.slice(12)])
}

function usual(bytes: Bytes): Verdict {
  if (bytes.length === 4 || isWithin(bytes, globalUnicast)) return { reach: 'public' }
  return { reach: 'never', why: 'a reserved address' }
}

/** RFC 5214 §6.1: under any prefix, so no range finds it. */
function isIsatap(bytes: Bytes): boolean {
  const [first, ...others] = bytes.slice(8, 12)
  return (first === 0 || first === 2) && others.join() === '0,94,254'
}

/**
 * Whatever unwraps an address that carries IPv4 ones sends to those, so it is never public, and
 * can be opened only where all that it carries are.
 */
function judgeForm(form: string, carried: readonly Bytes[]): Verdict {
  for (const bytes of carried) {
    const verdict = judge(bytes)
    if (verdict.reach === 'public') continue
    return { reach: 'never', why: `${form} that stands for ${bytes.join('.')}, ${verdict.why}` }
  }
  const shown = carried.map((bytes) => bytes.join('.')).join(' and ')
  return { reach: 'openable', why: `${form} that stands for ${shown}` }
}

/**
 * RFC 8215 lets an operator choose where in a local NAT64 prefix the IPv4 address stands, by any
 * layout of RFC 6052 §2.2: each is read. A reading in 0/8 leads nowhere, so it is none.
 */
function localNat64(bytes: Bytes): Bytes[] {
  const layouts = [
    [6, 7, 9, 10],
    [7, 9, 10, 11],
    [9, 10, 11, 12],
    [12, 13, 14, 15],
  ]
  const readings = layouts.map((layout) => layout.map((at) => bytes[at] ?? 0))
  const leading = readings.filter(([first]) => first !== 0)
  return leading.length > 0 ? leading : readings
}

/** RFC 4380 §4: the server, and the client behind its NAT, every bit of it flipped. */
function teredo(bytes: Bytes): Bytes[] {
  return [bytes.slice(4, 8), bytes.slice(12).map((byte) => byte ^ 255)]
}

const last4 = (bytes: Bytes): Bytes[] => [bytes.slice(12)]

const never = (why: string, ...ranges: string[]): Rule[] => always({ reach: 'never', why }, ranges)
const openable = (why: string, ...ranges: string[]): Rule[] =>
  always({ reach: 'openable', why }, ranges)

function always(verdict: Verdict, ranges: readonly string[]): Rule[] {
  return ranges.map((text) => ({ range: toRange(text), judge: () => verdict }))
}

function form(why: string, range: string, carried: (bytes: Bytes) => Bytes[]): Rule {
  return { range: toRange(range), judge: (bytes) => judgeForm(why, carried(bytes)) }
}

const globalUnicast = toRange('2000::/3')

/** The first that holds an address decides. */
const rules: readonly Rule[] = [
  // AWS (its local services as a whole), Azure, Google, Alibaba, Oracle, Scaleway, Akamai.
  ...never("a cloud's metadata address", '169.254.169.254/32', '168.63.129.16/32'),
  ...never("a cloud's metadata address", '100.100.100.200/32', '192.0.0.192/32'),
  ...never("a cloud's metadata address", 'fd00:ec2::/32', 'fd20:ce::254/128'),
  ...never("a cloud's metadata address", 'fd00:c1::a9fe:a9fe/128', 'fd00:100::100:200/128'),
  ...never("a cloud's metadata address", 'fd00:42::42/128', 'fd00:a9fe:a9fe::/48'),
  ...never('an unspecified address', '0.0.0.0/8', '::/128'),
  ...never('a loopback address', '127.0.0.0/8', '::1/128'),
  ...never('a link-local address', '169.254.0.0/16', 'fe80::/10'),
  ...never('a multicast address', '224.0.0.0/4', 'ff00::/8'),
  ...never('a broadcast address', '255.255.255.255/32'),
  ...never('a reserved address', '192.0.0.0/24', '192.88.99.0/24', '240.0.0.0/4'),
  ...openable('a private address', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'),
  ...openable("an address of a provider's own network", '100.64.0.0/10'),
  ...openable('an address for benchmarks', '198.18.0.0/15', '2001:2::/48'),
  ...openable('an address for examples', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
  ...openable('an address for examples', '2001:db8::/32', '3fff::/20'),
  form('an IPv4-mapped address', '::ffff:0:0/96', last4),
  form('an IPv4-translated address', '::ffff:0:0:0/96', last4),
  form('an IPv4-compatible address', '::/96', last4),
  form('a NAT64 address', '64:ff9b::/96', last4),
  form('a NAT64 address', '64:ff9b:1::/48', localNat64),
  form('a 6to4 address', '2002::/16', (bytes) => [bytes.slice(2, 6)]),
  form('a Teredo address', '2001::/32', teredo),
  ...never('a reserved address', '2001::/23'),
]

function toRange(text: string): Range {
  const [address = '', bits] = text.split('/')
  const bytes = toBytes(address)
  if (bytes === undefined) throw new TypeError(`${text} is no range`)
  return { bytes, bits: Number(bits) }
}

function isWithin(bytes: Bytes, { bytes: start, bits }: Range): boolean {
  if (bytes.length !== start.length) return false
  return start.every((byte, at) => {
    const mask = 0xff & (0xff00 >> Math.min(Math.max(bits - 8 * at, 0), 8))
    return ((bytes[at] ?? 0) & mask) === (byte & mask)
  })
}

/** 4 or 16 bytes; undefined for what is no address or has a zone. */
function toBytes(address: string): Bytes | undefined {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return undefined
  if (family === 4) return address.split('.').map(Number)
  const [head = '', tail = ''] = address.split('::').map(groupBytes)
  return [...head, ...Array(16 - head.length - tail.length).fill(0), ...tail]
}

function groupBytes(groups: string): number[] {
  if (groups === '') return []
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}
