import { beforeAll, describe, expect, it } from 'vitest'
import { openSession } from '../../../src/core/sessions.ts'
import { readParameters, textOf } from '../../../src/dialects/shopsite/parameters.ts'
import { useGateway } from '../../support/gateway.ts'
import { type RawAnswer, sendRawCall } from '../opencart/raw-call.ts'
import { aReleased, aStore, publicUrl, responseCode, type Store } from './client.ts'
import { bytesOf, type RecordedEntry, recording } from './recording.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl } })

/** Those whose request line ends with a bare line feed are for the legacy listener. */
const strict = recording.entries.filter((entry) => !/^[^\r\n]*\n/.test(headText(entry)))

const { token, token_issued_at: issuedAt } = recording.account
let store: Store

beforeAll(async () => {
  gateway().clock.now = issuedAt * 1000
  store = await aStore(gateway(), { login: 'demo' })
  for (let count = 0; count < 3; count += 1) await aReleased(gateway(), store)
  await openSession(gateway().ctx, store.account, {
    dialect: 'shopsite',
    token,
    credentialId: store.application.id,
    lifeMs: 300_000,
    state: { nonces: [] },
  })
})

function headText(entry: RecordedEntry): string {
  return Buffer.from(entry.request.raw_base64, 'base64').toString('latin1')
}

async function send(entry: RecordedEntry): Promise<RawAnswer> {
  gateway().clock.now = (entry.received_at ?? issuedAt + 20) * 1000
  const { head, body } = bytesOf(entry)
  return sendRawCall(gateway().port, head, body)
}

function headersOf({ headers }: RawAnswer): Headers {
  return new Headers(headers.map(([name, value]) => [name, value]))
}

const byVerdict = (verdict: string) =>
  strict.filter(({ expect: { verdict: one } }) => one === verdict)

const asksToken = ({ expect: { parameters } }: RecordedEntry) => parameters === undefined

it('has them all, but for the three of the legacy listener', () => {
  expect(recording.entries.length - strict.length).toBe(3)
  expect(strict.length).toBeGreaterThan(40)
})

describe('the recorded requests, in their order', () => {
  it.each(strict)('$id', async (entry) => {
    const answer = await send(entry)
    const { verdict, http_status: status, error } = entry.expect
    expect(answer.status).toBe(status)
    const headers = headersOf(answer)
    expect(headers.get('connection')).toBe('close')
    expect(headers.get('location')).toBeNull()
    if (verdict === 'challenge') {
      expect(headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+"$/)
      expect(answer.text).not.toContain('<')
      return
    }
    if (verdict === 'refuse') {
      expect(JSON.parse(answer.text)).toEqual({ error, error_description: expect.any(String) })
      return
    }
    if (asksToken(entry)) {
      expect(JSON.parse(answer.text)).toMatchObject({ token_type: 'MAC', expires_in: 30 })
      return
    }
    expect(headers.get('content-length')).toBe(String(answer.text.length))
    expect(answer.text).toMatch(/^<\?xml [\x20-\x7e\n]*<\/ShopSiteOrders>$/)
    const found = responseCode(answer.text)
    const [wanted = ''] = entry.expect.response_code?.match(/^[23]/) ?? []
    const matching = answer.text.includes('<Order>') ? '1' : '2'
    expect(found).toBe(wanted === '' ? matching : wanted)
  })

  it.each(byVerdict('accept').filter((entry) => !asksToken(entry)))(
    '$id is understood',
    (entry) => {
      const { head, body } = bytesOf(entry)
      const [, target = ''] = head.toString('latin1').split(' ')
      const parameters = readParameters(target.split('?')[1] ?? '', body)
      const wanted = entry.expect.parameters ?? {}
      const names = Object.keys(wanted)
      expect(Object.fromEntries(names.map((name) => [name, textOf(parameters, name)]))).toEqual(
        wanted,
      )
      for (const name of ['startorder', 'endorder', 'startdate', 'enddate', 'maxorder']) {
        expect(textOf(parameters, name)).toBe(wanted[name])
      }
    },
  )

  it('leave no secret in the log', () => {
    const { secret, authorization_code: code, basic_password: password } = recording.account
    for (const word of [secret, code, password, token]) {
      expect(gateway().logText()).not.toContain(word)
    }
  })
})
