import { expect, it } from 'vitest'
import type { Call, CallNote } from '../../../src/dialects/dialect.ts'
import { createHandler } from '../../../src/dialects/mintsoft/handler.ts'
import { mintsoft } from '../../../src/dialects/mintsoft/index.ts'
import { wordsFor } from '../../../src/dialects/mintsoft/words.ts'
import { Failure, failureCodes } from '../../../src/model/failure.ts'
import { useBook } from '../../support/book.ts'
import { anAccount } from '../../support/fixtures.ts'
import { guid } from './client.ts'

const book = useBook()

const quiet = { warn: () => undefined, error: () => undefined }

async function handle(change: Partial<Call>, context = book().ctx) {
  const { account, credential } = await anAccount(book().ctx, {
    dialect: 'mintsoft',
    secret: guid(),
  })
  const notes: CallNote = {}
  const response = await createHandler(
    context,
    quiet,
  )({
    method: 'GET',
    path: '/',
    wholePath: '/mintsoft/shop',
    query: `APIKEY=${guid()}`,
    header: () => undefined,
    body: new Uint8Array(),
    peerAddress: '192.0.2.1',
    login: account.login,
    account,
    unavailable: false,
    crowded: false,
    credentials: [{ ...credential, admits: () => true }],
    baseUrl: '',
    note: (fields) => Object.assign(notes, fields),
    ...change,
  })
  return { response, text: await response.text(), notes }
}

it.each([
  ['the account cannot be looked up', { unavailable: true, account: undefined }],
  ['too much is under way', { crowded: true }],
])('where %s, Mintsoft is told to repeat', async (_name, change) => {
  const { response, text, notes } = await handle(change)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(text).toBe('"Temporarily unavailable, repeat the request"')
  expect(notes.outcome).toBe('busy')
})

it('a bug says no more than an outage does', async () => {
  const broken = { ...book().ctx, database: undefined } as never
  const { response, text, notes } = await handle({}, broken)
  expect(response.status).toBe(503)
  expect(text).toBe('"Temporarily unavailable, repeat the request"')
  expect(notes.outcome).toBe('bug')
})

it('a list of a book that answers is 200', async () => {
  const { response, text, notes } = await handle({})
  expect([response.status, text]).toEqual([200, '[]'])
  expect(notes).toMatchObject({ function: 'list', outcome: 'ok' })
})

it.each(failureCodes)('%s has words in this protocol', (code) => {
  const said = wordsFor(new Failure(code, { reason: 'the reason' }))
  expect(said).toMatch(/^[A-Z][A-Za-z ,:]+$/)
  expect(said.includes('the reason')).toBe(code === 'invalid-input')
})

it('the entry names what the gateway needs to know', () => {
  expect(mintsoft).toMatchObject({ name: 'mintsoft', bodyLimit: 100_000 })
  expect(mintsoft.credentialKinds.map(({ byDefault }) => byDefault)).toEqual([true])
  expect(mintsoft.sign).toBeUndefined()
})
