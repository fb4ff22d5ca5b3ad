/**
 * A call as data, so that a find can be kept and sent again. Texts hold a byte a character;
 * `{{order}}` and `{{login}}` stand for what the account of the moment has.
 */
export type HostileCall = {
  readonly dialect: Spoken
  /** How the call proves itself; `none` and `wrong` go to an account that nobody else calls. */
  readonly proof: Proof
  readonly method: string
  /** Behind `/<dialect>/<login>`. */
  readonly path: string
  readonly query: string
  readonly address: 'path' | 'host' | 'absolute'
  readonly http: '1.1' | '1.0'
  readonly headers: readonly (readonly [string, string])[]
  /** The Content-Type; empty: none is sent. */
  readonly type: string
  readonly body: string
  /** So many bytes more behind the body. */
  readonly padBytes: number
  readonly framing: Framing
  /** Where the bytes of the body are parted, in chunks or in writes. */
  readonly cuts: readonly number[]
  /** How lines of the head end at the port for old clients; absent: strictly, at the main one. */
  readonly lineEnds?: LineEnds
}

export type Spoken = 'influencersoft' | 'mintsoft' | 'opencart' | 'shopsite'

/**
 * `hash`, `key`: InfluencerSoft's two APIs, and Mintsoft's key. `token`, `cookie`, `login`,
 * `signed`: OpenCart and ShopSite. `basic`: ShopSite's login.
 */
export type Proof =
  | 'hash'
  | 'key'
  | 'token'
  | 'cookie'
  | 'login'
  | 'signed'
  | 'basic'
  | 'wrong'
  | 'none'

/** `short`, `long`: a length that is not the body's; `both`: a length beside chunks. */
export type Framing = 'length' | 'chunked' | 'short' | 'long' | 'both' | 'twice' | 'none'

/** `lf`: with bare line feeds; `first-last`: only the first and the empty one, as in the vendor's sample. */
export type LineEnds = 'lf' | 'first-last' | 'crlf' | 'in-turn'

/** What an account's callers know. */
export type Store = {
  readonly login: string
  readonly secret: string
  readonly mintsoftKey: string
  readonly opencartKey: string
  readonly shopsite: {
    readonly clientId: string
    readonly secretKey: string
    readonly code: string
  }
  readonly password: string
  /** An order that is there. */
  readonly order: number
}

/** What callers were given for a while. */
export type Tokens = { readonly opencart: string; readonly shopsite: string }

/** API user of OpenCart, and user of ShopSite's back office. */
export const userName = 'hostile'

export const formType = 'application/x-www-form-urlencoded'
export const boundary = 'b'
export const multipartType = `multipart/form-data; boundary=${boundary}`
