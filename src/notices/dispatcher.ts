import type { Resolve } from '../core/check-target.ts'
import type { Context } from '../core/context.ts'
import {
  type Claimed,
  hearOfDeliveries,
  mayPass,
  putOffFollowers,
  takeDeliveries,
} from '../core/work-deliveries.ts'
import { createAttempts } from './attempt.ts'
import type { ConnectLimits } from './connector.ts'
import { createLooker } from './looker.ts'
import { pause } from './pause.ts'
import { createRoom, type RoomLimits } from './room.ts'
import { createSender, type Sender } from './send.ts'
import { createSettler } from './settler.ts'
import { createEndpointLog, createTrouble, type Log } from './tell-operator.ts'
import type { Tried } from './tried.ts'

/** Sends what is to be delivered, from one process of the gateway. */
export type NoticeDispatcher = {
  /** There is something to deliver: of these accounts, or of any. */
  wake(accountIds?: ReadonlySet<number>): void
  /** Looks for what is due, and resolves once nothing is in hand any more; for tests. */
  runOnce(): Promise<void>
  /** Takes no more, gives what is under way a moment to finish, and keeps how it ended. */
  stop(): Promise<void>
}

export type DispatcherOptions = {
  readonly log: Log
  /** Of the program, for the `user-agent`. */
  readonly version: string
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
  /** True: this process has better things to do, and delivers only a little. */
  readonly pressure?: () => boolean
  /** Told of each try that was kept, by what became of its delivery. */
  readonly onTried?: (becomes: Tried['verdict']['becomes']) => void
  readonly resolve?: Resolve
  readonly connectLimits?: ConnectLimits
  /** Between the tries of a delivery; there is one more of those. */
  readonly delaysMs?: readonly number[]
  /** From 0 to 1. */
  readonly random?: () => number
  readonly limits?: Partial<DispatcherLimits>
}

export type DispatcherLimits = RoomLimits & {
  /** A delivery of a gateway that died is tried again then; 15 s beyond the deadline. */
  readonly leaseMs: number
  /** To an answer's status. */
  readonly deadlineMs: number
  readonly pollMs: number
  /** How long stopping waits for tries under way. */
  readonly stopMs: number
}

const usualLimits: Omit<DispatcherLimits, 'leaseMs'> = {
  each: 16,
  most: 256,
  deadlineMs: 15_000,
  pollMs: 1000,
  stopMs: 3000,
}

/** Beyond a try's deadline: its answer's body, and keeping how it ended. */
const leaseBeyondMs = 15_000

/** What is under way at once, and how often is looked, while calls wait for this process. */
const pressed = { each: 4, most: 16, gapMs: 50 }

/** Between two looks: what comes meanwhile is taken together. */
const gapMs = 10

const mostPutOff = 2000

function limitsOf(options: DispatcherOptions): DispatcherLimits {
  const limits = { ...usualLimits, ...options.limits }
  return { leaseMs: limits.deadlineMs + leaseBeyondMs, ...limits }
}

/**
 * Begins to deliver. Every gateway does: a delivery is taken by one of them, for the time of a
 * lease, and given back to all when that ends.
 */
export function startDispatcher(ctx: Context, options: DispatcherOptions): NoticeDispatcher {
  const { log, pressure = () => false, onTried = () => undefined } = options
  const { pollMs, stopMs, leaseMs, each, most } = limitsOf(options)
  const sender = senderOf(ctx, options)
  const room = createRoom()
  const roomLeft = () => room.left(pressure() ? pressed : { each, most })
  const trouble = createTrouble(log, 'looking for deliveries')
  const tellOperator = createEndpointLog(log)
  const attempt = createAttempts(ctx, sender, options)
  const settler = createSettler(ctx, log, (tried) => {
    tellOperator(tried)
    for (const { verdict } of tried) onTried(verdict.becomes)
    letGo(tried.map(({ delivery }) => delivery))
  })
  const looker = createLooker({
    hasRoom: () => roomLeft() !== undefined,
    gapMs: () => (pressure() ? pressed.gapMs : gapMs),
    take,
    onIdle: rest,
  })
  const idle: (() => void)[] = []
  let polling = false
  let stopped = false

  async function take(accountIds: ReadonlySet<number> | undefined): Promise<boolean> {
    const left = roomLeft()
    if (left === undefined) return true
    try {
      const taken = await takeDeliveries(ctx, leaseMs, {
        ...left,
        ...(accountIds && { accountIds }),
      })
      trouble.over()
      for (const delivery of taken) begin(delivery)
      return taken.length >= left.most
    } catch (error) {
      // The next poll looks again.
      trouble.note(error)
      return false
    }
  }
  function begin(delivery: Claimed): void {
    room.take(delivery)
    void attempt(delivery).then((tried) => {
      if (tried === undefined) letGo([delivery])
      else settler.add(tried)
    })
  }
  /** Its endpoint has room again, and the next message of its order may be due. */
  function letGo(deliveries: readonly Claimed[]): void {
    for (const delivery of deliveries) room.giveBack(delivery)
    looker.wake(new Set(deliveries.map(({ accountId }) => accountId)))
    rest()
  }
  function rest(): void {
    if (!looker.isIdle() || polling || room.count() > 0) return
    for (const tell of idle.splice(0)) tell()
  }
  async function poll(): Promise<void> {
    if (polling || stopped) return
    polling = true
    sender.sweep()
    await putOffFollowers(ctx, mostPutOff).catch((error: unknown) => {
      // Where it may pass, the look that follows says so.
      if (!mayPass(error)) trouble.note(error)
    })
    polling = false
    looker.wake()
    // Where it has stopped meanwhile there is no look that would say so.
    rest()
  }
  const untilIdle = (): Promise<void> =>
    new Promise((resolve) => {
      idle.push(resolve)
      rest()
    })
  const timer = setInterval(() => void poll(), pollMs)
  timer.unref()
  const hearing = hearOfDeliveries(ctx, looker.wake)
  return {
    wake: looker.wake,
    async runOnce() {
      await poll()
      await untilIdle()
    },
    async stop() {
      stopped = true
      looker.stop()
      clearInterval(timer)
      await Promise.all([hearing.stop(), Promise.race([untilIdle(), pause(stopMs)])])
      settler.stop()
      await sender.close()
    },
  }
}

function senderOf(ctx: Context, options: DispatcherOptions): Sender {
  const { version, clock, resolve, connectLimits } = options
  const { deadlineMs, each } = limitsOf(options)
  return createSender({
    policy: ctx.targets,
    version,
    clock,
    deadlineMs,
    connections: each,
    ...(resolve && { resolve }),
    ...(connectLimits && { connectLimits }),
  })
}
