import type { Context } from '../core/context.ts'
import { noticeFormats } from './formats.ts'
import { createSender } from './send.ts'
import { signatureHeaders } from './sign.ts'
import { newStandardSecret, refuseStandardSecret } from './standard.ts'

type TestTarget = {
  readonly login: string
  readonly url: string
  readonly format: string
  /** What signs, the newest first. */
  readonly secrets: readonly [string, ...string[]]
}

/** What the command line needs of notices. `clock`: milliseconds that never go back. */
export function createNoticeDesk(options: {
  readonly version: string
  readonly clock: () => number
}) {
  return {
    formats: noticeFormats,
    newSecret: newStandardSecret,
    refuseSecret: refuseStandardSecret,
    async sendTest(ctx: Context, target: TestTarget) {
      const sender = createSender({ policy: ctx.targets, ...options })
      try {
        const { retryAfter: _retryAfter, ...answered } = await sender.send(testMessage(ctx, target))
        return { ...answered, delivered: answered.problem === null }
      } finally {
        await sender.close()
      }
    },
  }
}

/** Signed as a notice is, under an id that no delivery has. */
function testMessage(ctx: Context, { login, url, format, secrets }: TestTarget) {
  const form = noticeFormats.get(format)
  if (form === undefined) throw new Error(`there is no format ${format}`)
  const now = ctx.now()
  const body = form.seal(form.renderTest(login, now), secrets[0])
  const signed = signatureHeaders({
    id: `test_${login}_${ctx.newKey(12)}`,
    timestampSeconds: Math.floor(now / 1000),
    body,
    keys: secrets.map(form.keyOf),
  })
  return { endpoint: login, url, headers: { 'content-type': form.contentType, ...signed }, body }
}
