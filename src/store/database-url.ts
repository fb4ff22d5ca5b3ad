/** One server: a name or an address, and its port. */
export type Server = { readonly host: string; readonly port: number }

export type DatabaseUrl = {
  /** For the driver: with the first host alone, and without what only we understand. */
  readonly url: string
  /** Those to choose from; empty where the one of `url` is taken as it is. */
  readonly servers: readonly Server[]
}

/** A `DATABASE_URL` that is none; `message` says why, and repeats nothing of it. */
export class BadDatabaseUrl extends Error {}

const shape = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s
const hostShape = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i

/** Of a server that orders are written to there is one kind: these all mean it. */
const writable = ['any', 'read-write', 'primary']

/**
 * Takes a `DATABASE_URL` apart. As libpq does, it may name several hosts
 * (`postgres://u:p@a:5432,b/db?target_session_attrs=read-write`), which no URL parser knows.
 * Throws `BadDatabaseUrl`.
 */
export function readDatabaseUrl(text: string): DatabaseUrl {
  const [, head, hosts, tail] = shape.exec(text) ?? []
  if (head === undefined || hosts === undefined || tail === undefined) {
    throw new BadDatabaseUrl('must begin with postgres:// or postgresql://')
  }
  const [first = '', ...others] = hosts.split(',')
  const single = `${head}${first}${tail}`
  if (!URL.canParse(single)) {
    throw new BadDatabaseUrl('is no address; write # / ? @ in a password as %23 %2F …')
  }
  const parsed = new URL(single)
  const wanted = parsed.searchParams.get('target_session_attrs')
  if (wanted !== null && !writable.includes(wanted)) {
    throw new BadDatabaseUrl('names a target_session_attrs that is not read-write')
  }
  const isChoosy = others.length > 0 || (wanted !== null && wanted !== 'any')
  const servers = isChoosy ? [first, ...others].map(readServer) : []
  if (wanted === null) return { url: single, servers }
  parsed.searchParams.delete('target_session_attrs')
  return { url: parsed.href, servers }
}

function readServer(text: string): Server {
  const [, address, name, port = '5432'] = hostShape.exec(text) ?? []
  const host = address ?? name
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new BadDatabaseUrl('names a host that is none; write them as host:port,host:port')
  }
  return { host: decodeURIComponent(host), port: Number(port) }
}

/** How a person knows the server. */
export function serverName({ host, port }: Server): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Why the text is no `DATABASE_URL`; undefined where it is one. */
export function problemOfUrl(text: string): string | undefined {
  try {
    readDatabaseUrl(text)
    return undefined
  } catch (error) {
    return error instanceof BadDatabaseUrl ? error.message : 'is no address'
  }
}
