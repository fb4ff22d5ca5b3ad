import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory for a DATA_DIR that root's server user can enter, and how to be rid of it. */
export async function makeDataDir(): Promise<{ dataDir: string; remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  await chmod(home, 0o711)
  return {
    dataDir: join(home, 'data'),
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 3 }),
  }
}
