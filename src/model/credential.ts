import type { Instant } from './order.ts'

/** One way to prove to be an account in one dialect. The secret is plain only in memory. */
export type Credential = {
  readonly accountId: number
  readonly id: number
  readonly dialect: string
  readonly kind: string
  readonly publicPart: string
  readonly secret: string
  /** Addresses and CIDRs; empty: from anywhere. */
  readonly ipList: readonly string[]
  readonly validFrom: Instant
  readonly validUntil: Instant | null
  readonly settings: Readonly<Record<string, unknown>>
}

export function isValidAt(credential: Credential, now: Instant): boolean {
  return (
    credential.validFrom <= now && (credential.validUntil === null || now < credential.validUntil)
  )
}
