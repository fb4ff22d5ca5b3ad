import type { z } from 'zod'
import type { Context } from '../core/context.ts'
import type { EnteringCredential } from '../core/directory.ts'
import type { Account } from '../model/account.ts'
import type { Credential } from '../model/credential.ts'
import type { NoticeFormat } from '../model/notice.ts'

/** Where a call came in; what a dialect may note for the log line of the call. */
export type Call = {
  readonly method: string
  /** Inside the dialect, beginning with `/`: `/api/CreateOrder`. */
  readonly path: string
  /** As the caller asked for it, with what stands before the dialect's own part. */
  readonly wholePath: string
  /** Raw, without the question mark. */
  readonly query: string
  readonly header: (name: string) => string | undefined
  /** The bytes as they came, or `too-large` beyond the dialect's limit. */
  readonly body: Uint8Array | 'too-large'
  /** The socket's peer, or what a trusted proxy says of it. */
  readonly peerAddress: string
  /** The login in the address; undefined where only a host name was given and none knows it. */
  readonly login: string | undefined
  /** Undefined: there is no such account, or nobody can say (`unavailable`). */
  readonly account: Account | undefined
  /** True: the book did not answer, and nothing is remembered of the account. */
  readonly unavailable: boolean
  /** True: too much is under way, and the call is to be refused as busy, signed, unproved. */
  readonly crowded: boolean
  /** This dialect's credentials of the account that work now. */
  readonly credentials: readonly EnteringCredential[]
  /** Where clients of this account reach the dialect, without a slash at the end. */
  readonly baseUrl: string
  /** Adds to the one log line of the call; never a secret, never a buyer. */
  readonly note: (fields: CallNote) => void
}

export type CallNote = {
  readonly function?: string
  /** `ok`, a failure's code, or `bug`. */
  readonly outcome?: string
  /** Why a proof was refused, for the operator. */
  readonly reason?: string
  readonly credentialId?: number
  /** What the proof was compared with, by name; never a secret. Kept, not logged. */
  readonly tried?: readonly string[]
  /** Orders that a list left out since its client could not take them. */
  readonly held?: number
}

/** One way to prove to be an account, as the command line offers it. */
export type CredentialKind = {
  readonly name: string
  readonly title: string
  /** `none`, or how to make the public part: from the login, or at random. */
  readonly publicPart: (login: string, newKey: (bytes: number) => string) => string
  /** Undefined, or why a public part that a merchant chose cannot be used; absent: none can. */
  readonly refusePublicPart?: (publicPart: string) => string | undefined
  /** A fresh secret of at least 128 bits in the protocol's own shape. */
  readonly secret: (newKey: (bytes: number) => string) => string
  /** Undefined, or why a secret that a merchant brings along cannot be used. */
  readonly refuseSecret: (secret: string) => string | undefined
  /** Made for every new account. */
  readonly byDefault: boolean
}

export type SheetInput = {
  readonly account: Account
  readonly baseUrl: string
  readonly credentials: readonly Credential[]
}

/** A key of the account with which the call at hand cannot prove itself. */
export type OtherKey = {
  readonly credential: Credential
  /** Which, and why not: `credential 3, revoked on 2026-03-01`. */
  readonly words: string
}

/** A saved call that was refused, or is about to be sent. */
export type SavedCall = {
  readonly account: Account
  readonly credentials: readonly Credential[]
  readonly path: string
  readonly query: string
  readonly contentType: string
  /** A header by its name in any case, as far as it was saved. */
  readonly header: (name: string) => string | undefined
  /** Where clients of the account reach the dialect, without a slash at the end. */
  readonly baseUrl: string
  readonly body: Uint8Array
  /** Absent: it was not saved, and is taken for the one that the protocol wants. */
  readonly method?: string
  /** With which a client may have proved itself by mistake: revoked ones, other protocols'. */
  readonly otherKeys?: readonly OtherKey[]
  /** Other accounts', which a client may have taken for its own. */
  readonly otherLogins?: readonly string[]
  /** True: a caller waits, and only `accepted` counts; mistakes, which take long, are not wanted. */
  readonly isBrief?: boolean
}

export type Explanation = {
  readonly accepted: boolean
  /** For a person: what was compared, which mistakes the call shows. Never the secret. */
  readonly lines: readonly string[]
}

export type SignInput = {
  readonly account: Account
  readonly credential: Credential
  readonly baseUrl: string
  readonly functionName: string
  /** `name=value`, in sending order. */
  readonly parameters: readonly (readonly [string, string])[]
}

/** What a dialect declares; the app, the command line and the tests work from this alone. */
export type Dialect = {
  /** Its first path segment, and its name everywhere. */
  readonly name: string
  readonly title: string
  /** Bytes of body it takes. */
  readonly bodyLimit: number
  /**
   * Every call it answers, by the name that it notes as `function`. The trials try each of them,
   * and look in the log whether they did.
   */
  readonly calls: readonly string[]
  /**
   * True: some of its clients write bare line feeds, and it is served on `LEGACY_HTTP_PORT` too.
   * Nothing else is, since lenient reading is what smuggled requests live on.
   */
  readonly legacyHttp?: true
  readonly credentialKinds: readonly CredentialKind[]
  /** Checks the settings of its credentials, and fills in defaults. */
  readonly settings: z.ZodType<Record<string, unknown>>
  /**
   * The inner path of a native address on an account's own host, or undefined where the address
   * is not one of this protocol.
   */
  readonly matchNative: (path: string, query: URLSearchParams) => string | undefined
  /** Answers every call, bugs and outages included, in the protocol's own words. */
  readonly createHandler: (ctx: Context, log: DialectLog) => (call: Call) => Promise<Response>
  /** What to type into a client, by name: `{ url, secret }`. */
  readonly connectionSheet: (input: SheetInput) => Readonly<Record<string, unknown>>
  readonly explain: (call: SavedCall) => Explanation
  /** A signed call ready to send, as a `curl` command; absent where the protocol signs nothing. */
  readonly sign?: (input: SignInput) => { readonly body: string; readonly curl: string }
  /**
   * Released orders that a feed of this dialect does not show since its client could not take them,
   * each with the reason, for the operator. `credentials`: the dialect's own that work now.
   */
  readonly heldBack?: (
    ctx: Context,
    account: Account,
    credentials: readonly Credential[],
  ) => AsyncGenerator<HeldBack, void, void>
  /**
   * Present where its clients send goods out: whether two of its credentials are different houses
   * that may both be handed one order, and so send it twice.
   */
  readonly bothDespatch?: (one: Credential, other: Credential) => boolean
  /** True: its clients take orders in hand and never say what became of them; others do. */
  readonly neverReports?: true
  /**
   * How events are told to the merchant's own URLs in this protocol; absent: it tells nothing. An
   * endpoint of this format that has no secret of its own signs with what `secretOf` finds.
   */
  readonly notices?: NoticeFormat & {
    readonly secretOf: (credentials: readonly Credential[]) => string | undefined
  }
  /** A harmless call on an order, for `sign`: what a newcomer tries first. */
  readonly tryOut?: (orderNumber: number) => Pick<SignInput, 'functionName' | 'parameters'>
}

export type HeldBack = {
  readonly number: number
  /** Null: no credential of the dialect would show it. */
  readonly credentialId: number | null
  /** For a person: which field is missing or too long, and for whom. */
  readonly reason: string
  /** The fields of `order set` that mend it: `shipping.postcode`. */
  readonly mend?: readonly string[]
}

export type DialectLog = {
  readonly warn: (fields: object, message: string) => void
  readonly error: (fields: object, message: string) => void
}
