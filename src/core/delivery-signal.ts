/** Says that there is something to deliver, to whoever delivers in this process or in another. */
export type DeliverySignal = {
  /** Never throws and never waits: whoever delivers looks by himself as well. */
  tell(accountIds: ReadonlySet<number>): void
  /** From now on tells `heard` instead of other processes. */
  listen(heard: (accountIds: ReadonlySet<number>) => void): void
}

/** `tellOthers` is asked where nobody in this process delivers: by the command line. */
export function createDeliverySignal(
  tellOthers: (accountIds: ReadonlySet<number>) => void,
): DeliverySignal {
  let hear = tellOthers
  return {
    tell(accountIds) {
      if (accountIds.size > 0) hear(accountIds)
    },
    listen(heard) {
      hear = heard
    },
  }
}
