import { describe, expect, it } from 'vitest'
import { type BackupPiece, backupPieces } from '../../src/core/backup-pieces.ts'

const text = [
  '{"countersign":"backup"}',
  '{"account":"shop"}',
  '{"table":"orders","columns":["number"]}',
  '1\tone\\n',
  '2\t{"table":"no table"}',
  '3\t\\\\.',
  '\\.',
  '{"table":"order_lines","columns":[]}',
  '\\.',
  '{"end":{}}',
  '',
].join('\n')

async function piecesOf(chunks: Iterable<Uint8Array>): Promise<BackupPiece[]> {
  const source = async function* () {
    yield* chunks
  }
  const pieces: BackupPiece[] = []
  for await (const { kind, bytes } of backupPieces(source())) {
    pieces.push({ kind, bytes: Buffer.from(bytes) })
  }
  return pieces
}

/** As one text a kind, however many pieces rows came in. */
function joined(pieces: readonly BackupPiece[]): string[] {
  const texts: string[] = []
  let last: string | undefined
  for (const { kind, bytes } of pieces) {
    if (kind === 'rows' && last === 'rows') texts.push(`${texts.pop()}${bytes}`)
    else texts.push(`${kind} ${bytes}`)
    last = kind
  }
  return texts
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

describe('the pieces of a backup', () => {
  it('are the same, however the file is cut into chunks', async () => {
    const whole = joined(await piecesOf([Buffer.from(text)]))
    expect(whole.map((piece) => piece.split(' ')[0])).toEqual([
      'json',
      'json',
      'json',
      'rows',
      'end',
      'json',
      'end',
      'json',
    ])
    for (let size = 1; size < text.length; size += 1) {
      expect(joined(await piecesOf(cut(Buffer.from(text), size)))).toEqual(whole)
    }
  })

  it('keep a row whole that is far longer than a chunk', async () => {
    const row = `1\t${'x'.repeat(5_000_000)}\n`
    const file = Buffer.from(`{"table":"orders","columns":[]}\n${row}\\.\n`)
    const [, rows] = await piecesOf(cut(file, 4096))
    expect(rows?.bytes.toString()).toBe(row)
  })

  it('end at a line without an end, however small the file was before it was unpacked', async () => {
    const chunk = Buffer.alloc(16_384, 'x')
    const bomb = function* () {
      for (;;) yield chunk
    }
    await expect(piecesOf(bomb())).rejects.toMatchObject({
      detail: { reason: expect.stringContaining('a line without an end') },
    })
  })

  it('are damaged where the last line has no end', async () => {
    await expect(piecesOf([Buffer.from('{"end":{}}')])).rejects.toMatchObject({
      detail: { reason: expect.stringContaining('in the middle of a line') },
    })
  })
})
