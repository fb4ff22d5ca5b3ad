import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { anAccount } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'

const gateway = useGateway()

/** Writes all, then reads, as most clients do; each piece when the gateway has had its turn. */
async function writeThenRead(head: string, pieces: readonly string[]): Promise<string> {
  const socket = connect({ port: gateway().port, host: '127.0.0.1', allowHalfOpen: true })
  const errors: Error[] = []
  socket.on('error', (error) => errors.push(error))
  await once(socket, 'connect')
  socket.pause()
  for (const piece of [head, ...pieces]) {
    if (errors.length > 0) throw errors[0]
    socket.write(piece)
    await (await fetch(`${gateway().url}/healthz`)).text()
  }
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  socket.resume()
  await once(socket, 'end')
  socket.destroy()
  return text
}

it.each([
  ['a length', (bytes: number) => `Content-Length: ${bytes}`, (piece: string) => piece],
  [
    'chunks',
    () => 'Transfer-Encoding: chunked',
    (piece: string) => `${piece.length.toString(16)}\r\n${piece}\r\n`,
  ],
])('tells a caller with a body too large so, though it reads last: %s', async (_, length, cut) => {
  const { account } = await anAccount(gateway().ctx)
  const pieces = Array.from({ length: 20 }, () => 'A'.repeat(60_000))
  const head =
    `POST /shopsite/${account.login}/db_xml.cgi HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
    `${length(pieces.length * 60_000)}\r\n\r\n`
  const end = length(0).startsWith('C') ? '' : '0\r\n\r\n'
  const answer = await writeThenRead(head, [...pieces.map(cut), end])
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(answer).toContain('The body is too large.')
})

it.each([
  ['at no address', '/nothing', 404],
  ["at a bill's address", '/bill/nobodys', 405],
])('tells a caller %s so, though he reads last', async (_where, path, status) => {
  const pieces = Array.from({ length: 20 }, () => 'A'.repeat(60_000))
  const head = `POST ${path} HTTP/1.0\r\nContent-Length: ${pieces.length * 60_000}\r\n\r\n`
  expect(await writeThenRead(head, pieces)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
})
