import { expect, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'

test('a worker has one write under way at a time, so that no line of it is torn', () => {
  const written: string[] = []
  const through: (() => void)[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, done) => {
    written.push(String(text))
    through.push(done as unknown as () => void)
    return true
  })
  try {
    const log = createLog({ logLevel: 'info' }, 7)
    for (let at = 0; at < 100; at += 1) log.info({ at }, 'x'.repeat(100))
    log.flush()
    log.info({ at: 100 }, 'later')
    log.flush()
    expect(written.length).toBe(1)
    while (through.length > 0) through.shift()?.()
  } finally {
    write.mockRestore()
  }
  const lines = written.join('').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).at)).toEqual(
    Array.from({ length: 101 }, (_, at) => at),
  )
  expect(written.every((text) => Buffer.byteLength(text) <= 4096)).toBe(true)
  expect(written.every((text) => text.endsWith('\n'))).toBe(true)
})
