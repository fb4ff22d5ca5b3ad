import type { Context } from '../core/context.ts'
import { type Claimed, refuseOtherKey } from '../core/work-deliveries.ts'
import { dialects } from '../dialects/registry.ts'
import { messageId } from '../model/notice.ts'
import { noticeFormats } from './formats.ts'
import type { Outgoing } from './send.ts'
import { signatureHeaders } from './sign.ts'

/** Why a delivery cannot be sent at all, for the operator. */
export class Unsendable extends Error {}

/**
 * The message of a delivery, sealed and signed for this try. Throws `Unsendable` where the
 * format or the secret is missing, and `busy` where the database cannot be asked for it.
 */
export async function compose(ctx: Context, delivery: Claimed): Promise<Outgoing> {
  const format = noticeFormats.get(delivery.format)
  if (format === undefined) {
    throw new Unsendable(`there is no format "${delivery.format}" any more; add the endpoint anew`)
  }
  const [secret, ...older] = await secretsOf(ctx, delivery)
  const body = format.seal(delivery.body, secret)
  return {
    endpoint: `${delivery.accountId}/${delivery.endpointId}`,
    url: delivery.url,
    headers: {
      'content-type': format.contentType,
      ...signatureHeaders({
        id: messageId(delivery.login, delivery),
        timestampSeconds: Math.floor(ctx.now() / 1000),
        body,
        keys: [secret, ...older].map((one) => format.keyOf(one)),
      }),
    },
    body,
  }
}

/** The endpoint's own, with the one it had before; else the one that its dialect signs with. */
async function secretsOf(
  ctx: Context,
  { login, format, secret, previousSecret }: Claimed,
): Promise<[string, ...string[]]> {
  const [own, older] = await opened(ctx, secret, previousSecret)
  if (own !== undefined) return [own, ...older]
  const dialect = dialects.find(({ name }) => name === format)
  const entrance = await ctx.directory.byLogin(login)
  const keys = entrance?.credentials.filter((credential) => credential.dialect === format) ?? []
  const found = dialect?.notices?.secretOf(keys)
  if (found !== undefined) return [found, ...older]
  throw new Unsendable(
    dialect?.notices === undefined
      ? 'it has no secret; give it one'
      : `"${login}" has no key for ${format} that works now; add one, or give it a secret`,
  )
}

async function opened(
  ctx: Context,
  secret: Claimed['secret'],
  previous: Claimed['previousSecret'],
): Promise<[string | undefined, string[]]> {
  const { vault } = ctx
  try {
    const older = previous === null ? [] : [vault.open(previous)]
    return [secret === null ? undefined : vault.open(secret), older]
  } catch {
    await refuseOtherKey(ctx)
    throw new Unsendable('its secret cannot be read; give it a new one')
  }
}
