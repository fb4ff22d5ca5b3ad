import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { lookAt } from '../../src/store/embedded/files.ts'
import { until } from '../support/poll.ts'
import type { GatewayProcess } from '../support/process.ts'

const longest = '--heap-snapshot-string-limit=1000000'
// Throws here, in the trial, where this Node does not know the flag.
setFlagsFromString(longest)

/** Makes a process write its heap down when it is told to; garbage is collected first. */
export function heapOnSignal(folder: string): { readonly NODE_OPTIONS: string } {
  const code = `
    import { renameSync } from 'node:fs'
    import { setFlagsFromString, writeHeapSnapshot } from 'node:v8'
    setFlagsFromString(${JSON.stringify(longest)})
    process.on('SIGUSR2', () => {
      const path = ${JSON.stringify(folder)} + '/' + process.pid + '.heap'
      renameSync(writeHeapSnapshot(path + '-draft'), path)
    })`
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` }
}

/** Every string that the gateway's process holds, one after another. */
export async function stringsInMemory({ child }: GatewayProcess, folder: string): Promise<Buffer> {
  const path = join(folder, `${child.pid}.heap`)
  child.kill('SIGUSR2')
  await until('the heap to be written', async () => (await lookAt(path)) !== undefined, 120_000)
  const { strings } = JSON.parse(await readFile(path, 'utf8')) as { strings: string[] }
  await rm(path)
  return Buffer.from(strings.join('\n'), 'utf8')
}
