/**
 * Lets calls in to be worked on, the accounts taking turns. Without it the event loop itself is
 * the queue, and everybody's calls stand behind all that one account has sent.
 */
export type Turnstile = {
  /** True once it is this call's turn, and then `leave` is due; false: too much at once. */
  enter(accountId: number): boolean | Promise<boolean>
  leave(accountId: number, tookMs: number): void
  /** Calls that are being worked on. */
  inside(): number
  /** Calls that were not let in, since the beginning. */
  refused(): number
  close(): void
}

/** With one account about, and with several. */
type ByCompany = { readonly alone: number; readonly shared: number }

export type TurnstileLimits = {
  /**
   * Calls let in, and calls refused, in one turn of the event loop. A call waits for some six turns
   * until it is answered, so that turns are kept short where one account would pay for another.
   */
  readonly perTurn: ByCompany
  /** Calls inside at once. */
  readonly most: ByCompany
  /** Calls inside at once, however slow the database is. */
  readonly least: number
  /** Calls that take longer than this on average are too many. */
  readonly targetMs: number
  /** How long a call may wait for its turn: in a rush that passes, and in one that lasts. */
  readonly waitMs: { readonly rush: number; readonly crowd: number }
}

export const usualLimits: Omit<TurnstileLimits, 'most'> = {
  perTurn: { alone: 128, shared: 3 },
  least: 32,
  targetMs: 250,
  waitMs: { rush: 250, crowd: 60 },
}

/** A rush that goes on for this long is a crowd: letting it wait would only make all calls late. */
const rushMs = 500

/** How often the number of calls inside is thought over. */
const windowMs = 100

type Waiting = { readonly sinceMs: number; readonly settle: (entered: boolean) => void }
type Account = { inside: number; readonly line: Waiting[] }

/** `clock`: milliseconds of a clock that never goes back. */
export function createTurnstile(limits: TurnstileLimits, clock: () => number): Turnstile {
  // A Map keeps insertion order: the account served last goes to the end.
  const accounts = new Map<number, Account>()
  let inside = 0
  let waiting = 0
  let refused = 0
  /** When somebody began to wait, and somebody has waited ever since. */
  let crowdedSinceMs = 0
  let bound = limits.most.alone
  let budget = limits.perTurn.alone
  let turnDue = false

  const perTurn = (): number => limits.perTurn[accounts.size > 1 ? 'shared' : 'alone']

  /** An account within its share gets in even where another fills the place. */
  const hasRoom = ({ inside: own }: Account): boolean => {
    const most = accounts.size > 1 ? Math.min(bound, limits.most.shared) : bound
    return inside < most || own < Math.max(1, most / (accounts.size + 1))
  }

  const takeTurn = (): void => {
    if (turnDue) return
    turnDue = true
    setImmediate(turn)
  }

  const turn = (): void => {
    turnDue = false
    budget = perTurn()
    if (waiting === 0) return
    for (let next = findNext(); next !== undefined && budget > 0; next = findNext()) {
      const [id, account] = next
      accounts.delete(id)
      accounts.set(id, account)
      letIn(account)
      leaveLine(account, true)
    }
    if (!refuseLate() || budget === 0) takeTurn()
  }

  const findNext = (): [number, Account] | undefined => {
    for (const entry of accounts) {
      if (entry[1].line.length > 0 && hasRoom(entry[1])) return entry
    }
    return undefined
  }

  const letIn = (account: Account): void => {
    account.inside += 1
    inside += 1
    budget -= 1
    // The budget is for one turn of the loop, whoever spends it.
    takeTurn()
  }

  const leaveLine = (account: Account, entered: boolean): void => {
    waiting -= 1
    if (!entered) refused += 1
    account.line.shift()?.settle(entered)
  }

  /** True once nobody is left who has waited too long. */
  const refuseLate = (): boolean => {
    const now = clock()
    const { rush, crowd } = limits.waitMs
    const lateSinceMs = now - (now - crowdedSinceMs > rushMs ? crowd : rush)
    let left = perTurn()
    for (const [id, account] of accounts) {
      while (left > 0 && (account.line[0]?.sinceMs ?? now) < lateSinceMs) {
        leaveLine(account, false)
        left -= 1
      }
      forgetIfGone(id, account)
    }
    return left > 0
  }

  const forgetIfGone = (id: number, account: Account): void => {
    if (account.inside === 0 && account.line.length === 0) accounts.delete(id)
  }

  let sumMs = 0
  let gone = 0
  /** Fewer at once where calls take long, more again where they do not. */
  const thinkOver = setInterval(() => {
    const isSlow = gone > 0 && sumMs / gone > limits.targetMs
    bound = isSlow
      ? Math.max(limits.least, bound * 0.8)
      : Math.min(limits.most.alone, bound * 1.1 + 1)
    sumMs = 0
    gone = 0
  }, windowMs)
  // Where nobody leaves, those who wait must hear of it all the same.
  const watch = setInterval(() => {
    if (waiting > 0) takeTurn()
  }, 10)
  for (const timer of [thinkOver, watch]) timer.unref()

  return {
    enter(accountId) {
      const account = accounts.get(accountId) ?? { inside: 0, line: [] }
      accounts.set(accountId, account)
      if (waiting === 0 && budget > 0 && hasRoom(account)) {
        letIn(account)
        return true
      }
      const sinceMs = clock()
      if (waiting === 0) crowdedSinceMs = sinceMs
      waiting += 1
      takeTurn()
      return new Promise((settle) => account.line.push({ sinceMs, settle }))
    },
    leave(accountId, tookMs) {
      sumMs += tookMs
      gone += 1
      inside -= 1
      const account = accounts.get(accountId)
      if (account === undefined) return
      account.inside -= 1
      forgetIfGone(accountId, account)
      if (waiting > 0) takeTurn()
    },
    inside: () => inside,
    refused: () => refused,
    close() {
      clearInterval(thinkOver)
      clearInterval(watch)
    },
  }
}
