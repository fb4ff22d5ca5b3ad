import type { Restore } from '../store/transfer-write.ts'
import { refused } from './backup-refusals.ts'

/**
 * The hosts that stay with other accounts. Throws `invalid-input` that names them, unless they are
 * to be skipped.
 */
export async function refuseHosts(
  restore: Restore,
  hosts: readonly string[],
  { ownId, skipHosts }: { readonly ownId: number | undefined; readonly skipHosts: boolean },
): Promise<string[]> {
  const taken = hosts.length === 0 ? [] : await restore.findHosts(hosts, ownId)
  const [first] = taken
  if (first !== undefined && !skipHosts) {
    const words = taken.map(({ host, login }) => `${host} (of "${login}")`).join(', ')
    throw refused(
      `other accounts hold host names of the file: ${words}. Untie them there, or leave them ` +
        'there with --skip-hosts; nothing was imported',
    )
  }
  return taken.map(({ host }) => host)
}
