import type { Context } from '../core/context.ts'
import { loggable } from '../core/loggable.ts'
import { type Claimed, mayPass } from '../core/work-deliveries.ts'
import { compose, Unsendable } from './compose.ts'
import { judge } from './retry.ts'
import type { Answered, Sender } from './send.ts'
import { createTrouble, type Log } from './tell-operator.ts'
import type { Tried } from './tried.ts'

type AttemptOptions = {
  readonly log: Log
  readonly delaysMs?: readonly number[]
  readonly random?: () => number
}

/**
 * Makes one try of a delivery, and says what becomes of it. Never throws; undefined where the try
 * could not be made for reasons of our own: its lease ends, and it is due again.
 */
export function createAttempts(
  ctx: Context,
  sender: Sender,
  { log, delaysMs, random = () => randomOf(ctx) }: AttemptOptions,
): (delivery: Claimed) => Promise<Tried | undefined> {
  const trouble = createTrouble(log, 'making deliveries ready')

  const answerTo = async (delivery: Claimed): Promise<Answered | undefined> => {
    try {
      const message = await compose(ctx, delivery)
      trouble.over()
      return await sender.send(message)
    } catch (error) {
      if (error instanceof Unsendable) return unsent(error.message)
      if (!mayPass(error)) {
        log.warn(loggable(error), 'a delivery could not be made ready')
        return unsent('the message could not be made ready; the log of the gateway says more')
      }
      trouble.note(error)
      return undefined
    }
  }
  return async (delivery) => {
    const at = ctx.now()
    const answered = await answerTo(delivery)
    if (answered === undefined) return undefined
    const { tries, failures } = delivery
    const { status, retryAfter } = answered
    const end = { status, tries, retryAfter, failures, now: ctx.now(), random: random() }
    return { delivery, answered, verdict: judge(end, delaysMs), at }
  }
}

function unsent(problem: string): Answered {
  return { status: null, problem, retryAfter: null, answer: Buffer.alloc(0), latencyMs: 0 }
}

function randomOf(ctx: Context): number {
  return Buffer.from(ctx.newKey(4), 'base64url').readUInt32BE() / 2 ** 32
}
