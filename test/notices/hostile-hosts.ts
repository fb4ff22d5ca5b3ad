/** A host that notices must not reach, as it may stand in a URL. */
export type HostileHost = {
  readonly host: string
  /** For a name: what it leads to. */
  readonly addresses?: readonly string[]
}

const closed = [
  '127.0.0.1',
  '127.8.9.10',
  '0.0.0.0',
  '169.254.169.254',
  '169.254.170.2',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '255.255.255.255',
]

/** Every way to write an IPv4 address that a WHATWG URL parser reads as one. */
export function spellings(ipv4: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  const tail = (b * 256 + c) * 256 + d
  const whole = a * 2 ** 24 + tail
  const hex = (value: number) => `0x${value.toString(16)}`
  const octal = (value: number) => `0${value.toString(8)}`
  const inDigits = (zero: number) =>
    ipv4.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
  return [
    ipv4,
    `${ipv4}.`,
    String(whole),
    `${whole}.`,
    hex(whole),
    hex(whole).toUpperCase().replace('0X', '0X0000'),
    octal(whole),
    `000000${octal(whole)}`,
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    [a, b, c, d].map((value) => `000${octal(value)}`).join('.'),
    `${hex(a)}.${octal(b)}.${c}.${hex(d)}`,
    `${a}.${tail}`,
    `${octal(a)}.${hex(tail)}`,
    `${a}.${b}.${c * 256 + d}`,
    `${hex(a)}.${b}.${octal(c * 256 + d)}`,
    ipv4.replace(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`),
    ipv4.replaceAll('.', '%2E'),
    ipv4.replaceAll('.', '\u3002'),
    ipv4.replaceAll('.', '\uff61'),
    inDigits(0xff10),
    inDigits(0xff10).replaceAll('.', '\uff0e'),
    inDigits(0x1d7ce),
    inDigits(0x1d7f6).replaceAll('.', '%E3%80%82'),
    ipv4.replace('.', '\u00ad.'),
    ipv4.replace('.', '.\u200b'),
  ]
}

/** IPv6 addresses that stand for an IPv4 one, in brackets. */
export function wrappings(ipv4: string): string[] {
  const parts = ipv4.split('.').map(Number)
  const groups = (flip: number) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.map((part) => part ^ flip)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  }
  return [
    `[::ffff:${ipv4}]`,
    `[::ffff:${groups(0)}]`,
    `[0:0:0:0:0:FFFF:${groups(0)}]`,
    `[0000:0000:0000:0000:0000:ffff:${ipv4}]`,
    `[::ffff:0:${groups(0)}]`,
    `[::${ipv4}]`,
    `[64:ff9b::${ipv4}]`,
    `[64:ff9b:1::${groups(0)}]`,
    `[2002:${groups(0)}::1]`,
    `[2001:0:${groups(0)}::f7f7:f7f7]`,
    `[2001:0:808:808::${groups(255)}]`,
    `[2606:4700::5efe:${groups(0)}]`,
  ]
}

const ipv6 = [
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000::0001',
  '::0.0.0.1',
  '::',
  '0::0',
  'fe80::1',
  'FE80::a9fe:a9fe',
  'febf::1',
  'fec0::1',
  'fc00::1',
  'fd12:3456:789a::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fd00:42::42',
  'ff02::1',
  'ff0e::1',
  '100::1',
  '4000::1',
  '2001:db8::1',
  '2001:2::1',
  '2001:10::1',
  '3fff::1',
  '5f00::1',
  // Public inside, and yet a way around.
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
]

const leadingAstray = [...closed, ...ipv6, '::ffff:127.0.0.1', '64:ff9b::7f00:1', 'fe80::1%lo', '']

const names: readonly HostileHost[] = [
  ...[
    'localhost',
    'LOCALHOST',
    'a.localhost',
    'l\u200bocalhost',
    '%6cocalhost',
    'loc\u24d0lhost',
  ].map((host) => ({ host, addresses: ['127.0.0.1', '::1'] })),
  { host: 'metadata.google.internal', addresses: ['169.254.169.254'] },
  { host: '127.0.0.1.nip.test', addresses: ['127.0.0.1'] },
  ...leadingAstray.map((address, at) => ({ host: `one-${at}.test`, addresses: [address] })),
  ...leadingAstray.flatMap((address, at) => [
    { host: `last-${at}.test`, addresses: ['93.184.216.34', '2606:4700::1111', address] },
    { host: `first-${at}.test`, addresses: [address, '93.184.216.34'] },
  ]),
]

/** No host twice. */
export const hostileHosts: readonly HostileHost[] = [
  ...new Set([...closed.flatMap(spellings), ...closed.flatMap(wrappings)]),
  ...ipv6.map((address) => `[${address}]`),
]
  .map((host): HostileHost => ({ host }))
  .concat(names)

const otherSchemes = ['ftp', 'ws', 'wss', 'gopher', 'dict', 'ldap', 'tftp', 'unix', 'file', 'h2']
const credentials = ['user', 'user:secret', ':secret', '%40', 'shop.test', 'shop.test%2f']
const badPorts = [
  0, 1, 7, 21, 22, 23, 25, 53, 110, 111, 143, 389, 465, 587, 993, 2049, 3659, 4045, 5060, 6000,
  6566, 6665, 6669, 6697, 10080,
]

/** What is refused wherever it leads; HOST and PORT stand for any. */
export const hostileUrls: readonly string[] = [
  ...otherSchemes.map((scheme) => `${scheme}://HOST:PORT/`),
  'blob:http://HOST:PORT/',
  'http+unix://HOST:PORT/',
  'data:text/plain,HOST:PORT',
  "javascript:fetch('//HOST:PORT')",
  '//HOST:PORT/',
  'HOST:PORT',
  ...credentials.flatMap((user) => [`http://${user}@HOST:PORT/`, `https://${user}@HOST:PORT/`]),
  ...badPorts.map((port) => `https://HOST:${port}/`),
]

/** Ways to write the beginning of a URL that a WHATWG parser reads as `http://` or `https://`. */
export const beginnings = [
  'http:',
  'http:/',
  'http://',
  'http:///',
  'http:\\\\',
  'HtTp:/\\',
  ' \thttp://',
  'ht\ntp://',
  'https://',
  'https:',
  'https:\\/',
]
