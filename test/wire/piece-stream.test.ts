import { describe, expect, it } from 'vitest'
import { streamPieces } from '../../src/wire/piece-stream.ts'

async function* numbered(count: number, seen: string[]) {
  try {
    for (let at = 0; at < count; at += 1) yield `,${at}`
    if (count === 0) throw new Error('the source is gone')
  } finally {
    seen.push('let go')
  }
}

const unexpected = (error: unknown) => {
  throw error
}

describe('a body that goes out piece by piece', () => {
  it('has all pieces in order', async () => {
    const seen: string[] = []
    const stream = streamPieces(['[', 'x'], numbered(3, seen), unexpected)
    expect(await new Response(stream).text()).toBe('[x,0,1,2')
    expect(seen).toEqual(['let go'])
  })

  it('breaks where a piece cannot be had, and says why to its owner alone', async () => {
    const heard: unknown[] = []
    const stream = streamPieces(['[', 'x'], numbered(0, []), (error) => heard.push(error))
    await expect(new Response(stream).text()).rejects.toThrow('the body broke off')
    expect(heard).toEqual([new Error('the source is gone')])
  })

  it('lets go of its source when the caller goes away', async () => {
    const seen: string[] = []
    const reader = streamPieces(['[', 'x'], numbered(1000, seen), unexpected).getReader()
    for (let pieces = 0; pieces < 3; pieces += 1) await reader.read()
    await reader.cancel()
    expect(seen).toEqual(['let go'])
  })
})
