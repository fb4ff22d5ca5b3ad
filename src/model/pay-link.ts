/** A pay link of our own, read: whose order, and the key that proves it. */
export type PayLink = {
  readonly login: string
  readonly number: number
  readonly key: string
}

/** 16 random bytes as every order of ours gets them. */
const ownKey = /^[A-Za-z0-9_-]{22}$/
const ownLink = /^([a-z0-9-]{2,32})-(\d{1,10})-([A-Za-z0-9_-]{22})$/

/**
 * The path under which a buyer sees and pays an order: `/bill/<login>-<number>-<key>`, or
 * `/bill/<key>` as an old system gave it out.
 */
export function payPath(
  login: string,
  { number, payKey }: { readonly number: number; readonly payKey: string },
): string {
  return ownKey.test(payKey) ? `/bill/${login}-${number}-${payKey}` : `/bill/${payKey}`
}

/** Reads what stands behind `/bill/`; undefined where it is no link of our own. */
export function readPayLink(text: string): PayLink | undefined {
  const [, login, number, key] = ownLink.exec(text) ?? []
  if (login === undefined || number === undefined || key === undefined) return undefined
  return { login, number: Number(number), key }
}
