/**
 * First in, first out per account, and the accounts take turns: one that sends ten times as
 * much as the machine can do waits for itself and not for its neighbours.
 */
export type FairQueue<T extends { readonly accountId: number }> = {
  readonly size: () => number
  /** The next to be taken, which for one account is its oldest. */
  readonly oldest: () => T | undefined
  push(item: T): void
  /** Puts items back in front of their accounts' queues, keeping their order. */
  unshift(items: readonly T[]): void
  /** Removes items, account after account, until `accept` has kept `most` of them for the batch. */
  take(most: number, accept: (item: T) => boolean): T[]
  /** Removes and gives back what `isOver` says; looks at each account's oldest only. */
  dropWhile(isOver: (item: T) => boolean): T[]
}

export function createFairQueue<T extends { readonly accountId: number }>(): FairQueue<T> {
  // A Map keeps insertion order: the account served last goes to the end of the line.
  const queues = new Map<number, T[]>()
  let size = 0

  const queueOf = (accountId: number): T[] => {
    let queue = queues.get(accountId)
    if (queue === undefined) {
      queue = []
      queues.set(accountId, queue)
    }
    return queue
  }

  const takeFrom = (queue: T[], most: number, accept: (item: T) => boolean): T[] => {
    const taken: T[] = []
    let looked = 0
    while (looked < queue.length && taken.length < most) {
      const item = queue[looked] as T
      if (accept(item)) taken.push(item)
      looked += 1
    }
    queue.splice(0, looked)
    size -= looked
    return taken
  }

  return {
    size: () => size,
    oldest: () => queues.values().next().value?.[0],
    push(item) {
      queueOf(item.accountId).push(item)
      size += 1
    },
    unshift(items) {
      const byAccount = new Map<number, T[]>()
      for (const item of items) {
        const group = byAccount.get(item.accountId)
        if (group === undefined) byAccount.set(item.accountId, [item])
        else group.push(item)
      }
      for (const [accountId, group] of byAccount) queueOf(accountId).unshift(...group)
      size += items.length
    },
    take(most, accept) {
      const batch: T[] = []
      const accounts = [...queues.keys()]
      for (const [at, accountId] of accounts.entries()) {
        if (batch.length >= most) break
        const queue = queues.get(accountId) as T[]
        const share = Math.ceil((most - batch.length) / (accounts.length - at))
        batch.push(...takeFrom(queue, share, accept))
        queues.delete(accountId)
        if (queue.length > 0) queues.set(accountId, queue)
      }
      return batch
    },
    dropWhile(isOver) {
      const dropped: T[] = []
      for (const [accountId, queue] of queues) {
        const keep = queue.findIndex((item) => !isOver(item))
        const over = queue.splice(0, keep === -1 ? queue.length : keep)
        dropped.push(...over)
        if (queue.length === 0) queues.delete(accountId)
      }
      size -= dropped.length
      return dropped
    },
  }
}
