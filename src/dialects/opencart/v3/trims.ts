import type { SessionCall } from '../route.ts'

/** Whether texts lose the space around them: in 2.3 they never do, in 3.0 lately (contract §1). */
export function trims({ settings }: SessionCall): boolean {
  return settings.version !== '2.3'
}
