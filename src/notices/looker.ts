import { pause } from './pause.ts'

export type Looker = {
  /** There is something to look for: of these accounts, or of any. */
  wake(accountIds?: ReadonlySet<number>): void
  isIdle(): boolean
  stop(): void
}

/**
 * Takes one look after another while there is a reason to: two at once would each give away the
 * same room. What comes between two looks is taken together.
 */
export function createLooker(options: {
  readonly hasRoom: () => boolean
  /** Of all accounts where none are named. Never throws; true: it may have left some out. */
  readonly take: (accountIds: ReadonlySet<number> | undefined) => Promise<boolean>
  readonly gapMs: () => number
  readonly onIdle: () => void
}): Looker {
  let wanted: 'none' | 'all' | Set<number> = 'none'
  let looking = false
  let stopped = false

  const look = async (): Promise<void> => {
    looking = true
    while (wanted !== 'none' && !stopped && options.hasRoom()) {
      const accountIds = wanted === 'all' ? undefined : wanted
      wanted = 'none'
      if (await options.take(accountIds)) wanted = 'all'
      await pause(options.gapMs())
    }
    looking = false
    options.onIdle()
  }
  return {
    wake(accountIds) {
      if (accountIds === undefined || accountIds.size === 0) wanted = 'all'
      else if (wanted === 'none') wanted = new Set(accountIds)
      else if (wanted !== 'all') for (const id of accountIds) wanted.add(id)
      if (!looking && !stopped) void look()
    },
    isIdle: () => !looking,
    stop() {
      stopped = true
    },
  }
}
