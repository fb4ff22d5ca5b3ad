import { describe, expect, it } from 'vitest'
import type { Call, Dialect } from '../../../src/dialects/dialect.ts'
import { answerList } from '../../../src/dialects/influencersoft/answer.ts'
import { influencersoft } from '../../../src/dialects/influencersoft/index.ts'
import { wordsFor } from '../../../src/dialects/influencersoft/words.ts'
import { Failure } from '../../../src/model/failure.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { anAccount, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { whileSilent } from '../../support/silent.ts'
import { checked, signedBody } from './client.ts'

const signer = { secret: 'secret123', newKey: () => 'key', nowMs: 1_700_000_000_000 }
const rows = Array.from({ length: 500 }, (_, id) => JSON.stringify({ id, text: 'x'.repeat(1000) }))

/** A list too long to be held back, which breaks off unless told not to. */
async function* longList(pulled: { count: number }, { breaks }: { breaks: boolean }) {
  for (let page = 0; page < 6; page += 1) {
    if (breaks && page === 3) throw new Error('the database went away with ada@example.com')
    pulled.count += 1
    yield rows
  }
}

const cutting: Dialect = {
  ...influencersoft,
  name: 'cutting',
  createHandler: () => () =>
    answerList({ pages: longList({ count: 0 }, { breaks: true }) }, signer, () => undefined),
}

const gateway = useGateway({ dialects: [influencersoft, cutting] })

describe('an envelope', () => {
  it('names no peer that is no address', () => {
    const failure = new Failure('address-refused', { peerAddress: 'x::shop' })
    expect(wordsFor(failure).text).toBe('Permission denied for ip')
  })
})

describe('a long list', () => {
  it('is read from the book only as fast as the caller takes it', async () => {
    const pulled = { count: 0 }
    const response = await answerList(
      { pages: longList(pulled, { breaks: false }) },
      signer,
      () => undefined,
    )
    expect(pulled.count).toBe(1)
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.read()
    expect(pulled.count).toBe(1)
    await reader?.read()
    expect(pulled.count).toBe(2)
    await reader?.cancel()
    expect(pulled.count).toBe(2)
  })

  it('whose caller goes away while a page is read is no error', async () => {
    const errors: unknown[] = []
    let giveUp: () => void = () => undefined
    const gone = new Promise<void>((resolve) => (giveUp = resolve))
    async function* waiting(): AsyncGenerator<readonly string[], void, void> {
      yield rows
      await gone
      yield rows
    }
    const onCut = (error: unknown) => errors.push(error)
    const response = await answerList({ pages: waiting() }, signer, onCut)
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.read()
    const third = reader?.read()
    const cancelled = reader?.cancel()
    giveUp()
    await Promise.all([third, cancelled])
    expect(errors).toEqual([])
  })

  it('that breaks off breaks the connection, and tells nothing', async () => {
    const response = await fetch(`${gateway().url}/cutting/anybody/api/GetOrders`)
    expect(response.status).toBe(200)
    const pieces: string[] = []
    const read = async () => {
      for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString())
    }
    await expect(read()).rejects.toThrow()
    expect(pieces.join('')).not.toContain('"hash"')
    expect(pieces.join('')).not.toContain('ada@example.com')
  })

  it('is answered as a refusal where it fails before anything was sent', async () => {
    async function* failing(): AsyncGenerator<readonly string[], void, void> {
      yield ['1']
      throw new Failure('busy')
    }
    await expect(answerList({ pages: failing() }, signer, () => undefined)).rejects.toThrow('busy')
  })
})

describe('an outage', () => {
  it.each(['busy', 'outcome-unknown'] as const)(
    'of the committer (%s) is a 503 with a signed code 8 and a time to come back',
    async (code) => {
      const { ctx } = gateway()
      const change = () => Promise.reject(new Failure(code))
      const broken = { ...ctx, committer: { ...ctx.committer, change } }
      const shop = await anAccount(ctx)
      const params = { bill_id: 1, status: 'cancel' }
      const response = await handle(broken, shop, 'UpdateOrderStatus', params)
      expect(response.headers.get('retry-after')).toBe('1')
      const answered = await checked(response, shop.credential.secret)
      expect(answered).toMatchObject({ status: 503, code: 8, result: [] })
    },
  )

  it('of the database while reading is the same', async () => {
    const { ctx, database } = gateway()
    const closed = openDatabase(database.target, { connections: 1 })
    await closed.close()
    const shop = await anAccount(ctx)
    for (const [name, params] of [
      ['getOrderDetails', { bill_id: 1 }],
      ['GetOrders', {}],
      ['GetAllGoods', {}],
      ['GetBills', { email: 'ada@example.com' }],
    ] as const) {
      const response = await handle({ ...ctx, database: closed }, shop, name, params)
      const answered = await checked(response, shop.credential.secret)
      expect(answered).toMatchObject({ status: 503, code: 8 })
    }
  })

  it('of a database that is silent is the same, and keeps nobody waiting', async () => {
    const { ctx, database } = gateway()
    const shop = await anAccount(ctx)
    const opened = openDatabase(database.target, { connections: 2, answerDeadlineMs: 20 })
    await whileSilent(database, ['orders', 'products'], async () => {
      for (const [name, params, text] of [
        ['getOrderDetails', { bill_id: 1 }, 'Temporary error, try again later'],
        ['GetOrders', {}, 'Temporary error, try again later'],
        ['GetAllGoods', {}, 'Temporary error, try again later'],
        ['CreateOrder', newOrder, 'Temporary error, try again later'],
        ['AddGood', newGood, 'Outcome unknown, repeat the call'],
        ['DeleteGood', newGood, 'Outcome unknown, repeat the call'],
      ] as const) {
        const response = await handle({ ...ctx, database: opened }, shop, name, params)
        const answered = await checked(response, shop.credential.secret)
        expect(answered).toMatchObject({ status: 503, code: 8, errorText: text })
      }
    })
    await opened.close()
  })

  it('of the directory, with an account that cannot be looked up is a 503 too, and no stranger', async () => {
    const shop = await anAccount(gateway().ctx)
    const lost = { account: undefined, unavailable: true, credentials: [] }
    const response = await handle(gateway().ctx, shop, 'GetAllGoods', {}, lost)
    expect(await checked(response, '')).toMatchObject({ status: 503, code: 8 })
  })
})

const newOrder = { bill_email: 'ada@example.com', goods: [{ good_name: 'invoice' }] }
const newGood = { good_name: 'invoice', good_title: 'Invoice', good_sum: 1, good_type: 0 }

async function handle(
  ctx: Parameters<Dialect['createHandler']>[0],
  { account, credential }: TestAccount,
  name: string,
  params: Parameters<typeof signedBody>[0],
  parts: Partial<Call> = {},
): Promise<Response> {
  const quiet = () => undefined
  const call: Call = {
    method: 'POST',
    path: `/api/${name}`,
    wholePath: `/influencersoft/${account.login}/api/${name}`,
    query: '',
    header: (header) =>
      header === 'content-type' ? 'application/x-www-form-urlencoded' : undefined,
    body: Buffer.from(signedBody(params, account.login, credential.secret)),
    peerAddress: '127.0.0.1',
    login: account.login,
    account,
    unavailable: false,
    crowded: false,
    credentials: [{ ...credential, admits: () => true }],
    baseUrl: '',
    note: quiet,
    ...parts,
  }
  return influencersoft.createHandler(ctx, { warn: quiet, error: quiet })(call)
}
