import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { loggable } from './core/loggable.ts'
import { openUnlinkedFile, type UnlinkedFile } from './unlinked-file.ts'

/**
 * Makes an answer that HTTP/1.0 can carry: its length known, its body at hand. A short one is held
 * in memory, a longer one in a file without a name. Whatever breaks off on the way becomes a 503
 * with nothing of the answer in it.
 */
export type Spool = (response: Response, outgoing: ServerResponse) => Promise<Response>

export type SpoolOptions = {
  readonly log: { readonly warn: (fields: object, message: string) => void }
  /** Where the files lie; the system's place for temporary ones. */
  readonly directory?: string
  /** Bytes on disk at once, over all answers. */
  readonly mostBytes?: number
}

/** Up to here an answer is held in memory. */
const heldBytes = 65_536

const readBytes = 65_536

/** So much is never read at once, except by somebody who wants to fill the disk. */
const usualMostBytes = 4 * 1024 ** 3

class NobodyReads extends Error {}
class NoRoom extends Error {}

/** All answers of one gateway share the room on disk. */
export function createSpool(options: SpoolOptions): Spool {
  const { log, directory = tmpdir(), mostBytes = usualMostBytes } = options
  let onDisk = 0
  const openFile = async (): Promise<UnlinkedFile> => {
    const file = await openUnlinkedFile(directory)
    let size = 0
    return {
      ...file,
      append(bytes) {
        if (onDisk + bytes.byteLength > mostBytes) throw new NoRoom()
        onDisk += bytes.byteLength
        size += bytes.byteLength
        return file.append(bytes)
      },
      close() {
        onDisk -= size
        size = 0
        return file.close()
      },
    }
  }
  return async (response, outgoing) => {
    // A dialect that gives the length has the whole body at hand.
    if (response.headers.has('content-length') || response.body === null) return response
    try {
      return answerOf(response, await gather(response.body, outgoing, openFile), outgoing)
    } catch (error) {
      if (!(error instanceof NobodyReads)) {
        log.warn(loggable(error), 'an answer for HTTP/1.0 broke off; its caller hears 503')
      }
      return brokenOff()
    }
  }
}

type Gathered = {
  readonly bytes: number
  readonly held: readonly Uint8Array[]
  /** Instead of `held`, where there is one. */
  readonly file: UnlinkedFile | undefined
}

/** Reads a body to its end. Throws what it broke off with, and leaves no file then. */
async function gather(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  openFile: () => Promise<UnlinkedFile>,
): Promise<Gathered> {
  const reader = body.getReader()
  const stop = (): void => void reader.cancel().catch(() => undefined)
  outgoing.once('close', stop)
  let file: UnlinkedFile | undefined
  try {
    let bytes = 0
    let held: Uint8Array[] = []
    for (;;) {
      const { done, value } = await reader.read()
      if (outgoing.destroyed) throw new NobodyReads()
      if (done) return { bytes, held, file }
      keepAwake(outgoing)
      bytes += value.byteLength
      held.push(value)
      if (file === undefined && bytes <= heldBytes) continue
      file ??= await openFile()
      for (const chunk of held) await file.append(chunk)
      held = []
    }
  } catch (error) {
    stop()
    await file?.close()
    throw error
  } finally {
    outgoing.off('close', stop)
  }
}

/** While an answer is gathered nothing moves on its connection, which is not dead all the same. */
function keepAwake({ socket }: ServerResponse): void {
  if (socket?.timeout) socket.setTimeout(socket.timeout)
}

function answerOf(
  { status, headers: given }: Response,
  { bytes, held, file }: Gathered,
  outgoing: ServerResponse,
): Response {
  const headers = new Headers(given)
  headers.delete('transfer-encoding')
  headers.set('content-length', String(bytes))
  if (file === undefined) return new Response(Buffer.concat(held), { status, headers })
  outgoing.once('close', () => void file.close())
  return new Response(contentOf(file, bytes), { status, headers })
}

function contentOf(file: UnlinkedFile, bytes: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await file.read(at, Math.min(readBytes, bytes - at))
      if (piece.length === 0) throw new Error('the file of an answer became shorter')
      at += piece.length
      controller.enqueue(piece)
      if (at === bytes) controller.close()
    },
  })
}

function brokenOff(): Response {
  const text = 'The answer broke off before it was whole; ask again.\n'
  return new Response(text, {
    status: 503,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(text.length),
      'retry-after': '5',
    },
  })
}
