/**
 * A body that goes out piece by piece, as fast as the caller reads. `first` is at hand, in two
 * pieces or more: the server ends an answer that fails within its first two reads as if it were
 * whole. A piece that cannot be had breaks the connection, and `onCut` hears why.
 */
export function streamPieces(
  first: readonly [string, string],
  pieces: AsyncGenerator<string, void, void>,
  onCut: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  let isWanted = true
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        for (const piece of first) controller.enqueue(Buffer.from(piece))
      },
      async pull(controller) {
        try {
          const next = await pieces.next()
          // The caller went away while the piece was made: there is nobody to answer.
          if (!isWanted) return
          if (next.done) controller.close()
          else controller.enqueue(Buffer.from(next.value))
        } catch (error) {
          if (!isWanted) return
          onCut(error)
          controller.error(new Error('the body broke off'))
        }
      },
      async cancel() {
        isWanted = false
        await pieces.return()
      },
    },
    { highWaterMark: 0 },
  )
}
