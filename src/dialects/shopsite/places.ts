import type { Call } from '../dialect.ts'

export type Place = {
  /** Lower-case, without a port. */
  readonly host: string
  readonly path: string
}

/** Where a client may believe to have sent its call: what it signs of the address. */
export type Places = {
  /** The likeliest first: the address that we publish, then the one that was called. */
  readonly places: readonly Place[]
  readonly ports: readonly number[]
}

const ADDRESS = /^([a-z]+):\/\/([^/]*)(.*)$/i

/**
 * Places that a client may have signed: our published address, and the call as it came in; a proxy
 * may stand for another host or another path. Ports: the published one, then what the vendor's
 * module makes of any (contract §3.2).
 */
export function placesOf(call: Pick<Call, 'header' | 'baseUrl' | 'path' | 'wholePath'>): Places {
  const [, scheme = '', address = '', folder = ''] = ADDRESS.exec(call.baseUrl) ?? []
  const own = hostOf(address)
  const called = hostOf(call.header('host') ?? '')
  const published = folder + call.path
  const all = [
    { host: own, path: published },
    { host: called, path: call.wholePath },
    { host: own, path: call.wholePath },
    { host: called, path: published },
  ]
  const places = new Map(
    all.filter(({ host }) => host !== '').map((place) => [`${place.host}${place.path}`, place]),
  )
  const port = /:(\d{1,5})$/.exec(address)?.[1]
  const ownPort = port === undefined ? (scheme.toLowerCase() === 'http' ? 80 : 443) : Number(port)
  return { places: [...places.values()], ports: [...new Set([ownPort, 443, 80])] }
}

/** In lower case, without a port. */
export function hostOf(address: string): string {
  return address.trim().toLowerCase().replace(/:\d*$/, '')
}
