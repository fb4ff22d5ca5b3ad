import { bodyOf, type ErpEntry, scenario } from './erp-recording.ts'
import { type RawAnswer, sendRawCall } from './raw-call.ts'

export type ErpTarget = {
  readonly port: number
  /** What stands before `/index.php`: `/opencart/<login>`, or nothing on a host of the account. */
  readonly prefix?: string
  /** Sent instead of the recorded Host header. */
  readonly host?: string
}

export type ErpExchange = {
  readonly entry: ErpEntry
  /** Head and body as they went out. */
  readonly sent: Buffer
  readonly answer: RawAnswer
  /** Undefined where the answer is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  readonly json: any
}

export type ErpOptions = {
  /** Runs before an entry is sent: to let a token go stale, say. */
  readonly before?: (entry: ErpEntry) => Promise<void> | void
  /** Entries that are not sent. */
  readonly leaveOut?: (entry: ErpEntry) => boolean
}

type Cookie = { readonly value: string; readonly path: string }

/** What the program remembers: its cookie jar, and the token as it will write it into addresses. */
type Memory = { readonly jar: Map<string, Cookie>; token: string }

const recordedToken = /\b(?:api_token|token)=[A-Za-z0-9]+/

/**
 * Sends a scenario of the recorded ERP byte for byte to a gateway, with the gateway's own token and
 * cookies in the places of the recorded ones. As the program does, it takes `api_token` and then
 * `token` from a login's answer, and writes neither after one that failed (warehouse contract A.3).
 */
export async function playErp(
  target: ErpTarget,
  name: string,
  options: ErpOptions = {},
): Promise<ErpExchange[]> {
  const memory: Memory = { jar: new Map(), token: '' }
  const exchanges: ErpExchange[] = []
  for (const entry of scenario(name)) {
    if (options.leaveOut?.(entry)) continue
    await options.before?.(entry)
    const head = headOf(entry, target, memory)
    const body = bodyOf(entry)
    const answer = await sendRawCall(target.port, head, body)
    const json = jsonOf(answer.text)
    keepCookies(memory, answer)
    if (isLogin(entry)) memory.token = tokenOf(json)
    exchanges.push({ entry, sent: Buffer.concat([head, body]), answer, json })
  }
  return exchanges
}

function headOf({ request }: ErpEntry, target: ErpTarget, memory: Memory): Buffer {
  const path = `${target.prefix ?? ''}${request.target.replace(recordedToken, memory.token)}`
  const headers = request.headers.flatMap(([name, value]) => {
    if (name === 'Host') return [`Host: ${target.host ?? value}`]
    if (name !== 'Cookie') return [`${name}: ${value}`]
    const cookies = cookiesFor(memory, path)
    return cookies === '' ? [] : [`Cookie: ${cookies}`]
  })
  const lines = [`${request.method} ${path} ${request.version}`, ...headers, '', '']
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

function isLogin({ request }: ErpEntry): boolean {
  return /[?&]route=api\/(?:account\/)?login(?:&|$)/.test(request.target)
}

function tokenOf(json: unknown): string {
  const { success, api_token: newer, token: older } = new Object(json) as Record<string, unknown>
  if (!success) return ''
  if (older) return `token=${older}`
  return newer ? `api_token=${newer}` : ''
}

function keepCookies({ jar }: Memory, { headers }: RawAnswer): void {
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'set-cookie') continue
    const [pair = '', ...attributes] = value.split(';').map((part) => part.trim())
    // Over plain HTTP a secure cookie is not sent back.
    if (attributes.some((attribute) => attribute.toLowerCase() === 'secure')) continue
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
    const equals = pair.indexOf('=')
    jar.set(pair.slice(0, equals), { value: pair.slice(equals + 1), path })
  }
}

function cookiesFor({ jar }: Memory, path: string): string {
  return [...jar]
    .filter(([, cookie]) => path.startsWith(cookie.path))
    .map(([name, { value }]) => `${name}=${value}`)
    .join('; ')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
