import type { Dialect } from './dialects/dialect.ts'
import { loginSchema } from './model/account.ts'

/** Where an address leads: a dialect, an account's name or host, and what is left of the path. */
export type Destination = {
  readonly dialect: Dialect
  readonly login: string | undefined
  readonly host: string | undefined
  /** Inside the dialect, beginning with `/`. */
  readonly path: string
}

export type Address = { readonly host: string; readonly path: string; readonly query: string }

/**
 * What a request line asks for. Proxies may write a whole address there, whose host then counts
 * (RFC 9112, 3.2.2).
 */
export function readTarget(target: string, hostHeader: string): Address {
  const whole = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target)
  const host = whole?.[1] ?? hostHeader
  const inner = whole?.[2] ?? target
  const at = inner.indexOf('?')
  const path = at === -1 ? inner : inner.slice(0, at)
  return { host, path: path === '' ? '/' : path, query: at === -1 ? '' : inner.slice(at + 1) }
}

/**
 * Finds dialect and account in an address, in its two forms: `/<dialect>/<login>/…` on any
 * host, or the protocol's native path on `<login>.<base domain>` or an account's own host.
 */
export function findDestination(
  dialects: readonly Dialect[],
  baseDomains: readonly string[],
  address: Address,
): Destination | undefined {
  const named = byPath(dialects, address.path)
  // What nobody can be called is the tail of a native address: /mintsoft/API/index.php.
  if (named !== undefined && loginSchema.safeParse(named.login).success) return named
  return byHost(dialects, baseDomains, address) ?? named
}

function byPath(dialects: readonly Dialect[], path: string): Destination | undefined {
  const match = /^\/+([^/]+)\/+([^/]+)(\/.*)?$/.exec(path)
  const dialect = dialects.find(({ name }) => name === match?.[1]?.toLowerCase())
  if (dialect === undefined) return undefined
  const login = (match?.[2] ?? '').toLowerCase()
  return { dialect, login, host: undefined, path: match?.[3] ?? '/' }
}

function byHost(
  dialects: readonly Dialect[],
  baseDomains: readonly string[],
  { host, path, query }: Address,
): Destination | undefined {
  const name = hostName(host)
  const parameters = new URLSearchParams(query)
  for (const dialect of dialects) {
    const inner = dialect.matchNative(path, parameters)
    if (inner === undefined) continue
    return { dialect, login: loginOfHost(baseDomains, name), host: name, path: inner }
  }
  return undefined
}

/** What stands before one of the base domains in a host's name; may be nobody's login. */
export function loginOfHost(baseDomains: readonly string[], name: string): string | undefined {
  const domain = baseDomains.find((base) => name.endsWith(`.${base}`))
  return domain === undefined ? undefined : name.slice(0, -domain.length - 1)
}

/** A `Host` header without port and final dot, in lower case. */
export function hostName(host: string): string {
  return host.trim().toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
}
