/** Of the widest rows so many stay far below the 65,534 parameters that a statement takes. */
const chunkRows = 1000

/** Hands rows on in pieces that one statement each can write; none, and nothing is asked. */
export async function inChunks<Row>(
  rows: readonly Row[],
  write: (chunk: readonly Row[]) => PromiseLike<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += chunkRows) {
    await write(rows.slice(from, from + chunkRows))
  }
}
