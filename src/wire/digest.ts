import { createHmac, hash as hashAtOnce, timingSafeEqual } from 'node:crypto'

/** A piece of what is hashed: a string counts as its UTF-8 bytes; for others pass the bytes. */
export type DigestPart = string | Uint8Array

/** MD5 over the parts in a row, lower-case hex. Only where a protocol says so: never an identity. */
export function md5Hex(...parts: DigestPart[]): string {
  return hash('md5', parts).toString('hex')
}

/** SHA-256 over the parts in a row. */
export function sha256(...parts: DigestPart[]): Buffer {
  return hash('sha256', parts)
}

/** SHA-256 over the parts in a row, lower-case hex. */
export function sha256Hex(...parts: DigestPart[]): string {
  return hash('sha256', parts).toString('hex')
}

/** HMAC-SHA1 over the parts in a row, base64 with padding. */
export function hmacSha1Base64(key: DigestPart, ...parts: DigestPart[]): string {
  return hmac('sha1', key, parts)
}

/** HMAC-SHA256 over the parts in a row, base64 with padding. */
export function hmacSha256Base64(key: DigestPart, ...parts: DigestPart[]): string {
  return hmac('sha256', key, parts)
}

/** Whether two secrets are the same; the time tells neither where they differ nor their lengths. */
export function equalConstantTime(a: DigestPart, b: DigestPart): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}

/** Whether two digests are the same, in constant time; their length is no secret. */
export function equalDigests(a: DigestPart, b: DigestPart): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function hash(algorithm: string, parts: DigestPart[]): Buffer {
  const [only] = parts
  // One call is twice as fast as a hash object that is fed piece by piece.
  const whole = parts.length === 1 && only !== undefined ? only : joined(parts)
  return hashAtOnce(algorithm, whole, 'buffer')
}

function joined(parts: DigestPart[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function hmac(algorithm: string, key: DigestPart, parts: DigestPart[]): string {
  const digest = createHmac(algorithm, key)
  for (const part of parts) digest.update(part)
  return digest.digest('base64')
}
