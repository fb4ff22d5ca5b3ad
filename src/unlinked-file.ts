import { mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A file without a name: only this process reaches it, and with the process it is gone. */
export type UnlinkedFile = {
  readonly append: (bytes: Uint8Array) => Promise<void>
  /** Up to `most` bytes from a place on. */
  readonly read: (from: number, most: number) => Promise<Buffer>
  readonly close: () => Promise<void>
}

/** Makes it in a folder of its own under `parent`, and takes both names away at once. */
export async function openUnlinkedFile(parent: string): Promise<UnlinkedFile> {
  const directory = await mkdtemp(join(parent, 'countersign-'))
  const remove = (): Promise<boolean> =>
    rm(directory, { recursive: true, force: true }).then(
      () => true,
      () => false,
    )
  try {
    const handle = await open(join(directory, 'answer'), 'wx+', 0o600)
    const isGone = await remove()
    return {
      append: (bytes) => handle.appendFile(bytes),
      async read(from, most) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(most), 0, most, from)
        return buffer.subarray(0, bytesRead)
      },
      async close() {
        await handle.close()
        // Not every system lets go of a file that is still open.
        if (!isGone) await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
