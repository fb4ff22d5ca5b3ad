import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { sendRaw } from '../../support/raw-http.ts'
import {
  aReleased,
  aStore,
  basicHeader,
  numbersIn,
  pathOf,
  publicUrl,
  responseCode,
  type Store,
} from './client.ts'
import { recording } from './recording.ts'

const settings = { PUBLIC_URL: publicUrl, LEGACY_HTTP_PORT: '0' }
const gateway = useGateway({ settings })

let store: Store

beforeAll(async () => {
  store = await aStore(gateway(), { login: 'demo' })
  const buyer = { email: 'ada@example.com', firstName: 'A'.repeat(200), lastName: 'é'.repeat(200) }
  for (let count = 0; count < 210; count += 1) await aReleased(gateway(), store, { buyer })
})

describe('the recorded requests of old HTTP', () => {
  const old = recording.entries.filter(({ id }) => /^(c-sample|vb-raw)/.test(id))

  it.each(old)('$id', async ({ request, expect: { http_status: status } }) => {
    const bytes = Buffer.from(request.raw_base64, 'base64').toString('latin1')
    const answer = await sendRaw(gateway().legacyPort ?? 0, bytes)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({ connection: 'close' })
    expect(answer.headers['transfer-encoding']).toBeUndefined()
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    if (status === 401) {
      expect(answer.headers['www-authenticate']).toBe('Basic realm="ShopSite"')
    } else {
      expect(responseCode(answer.body)).toBe('2')
    }
    const strict = await sendRaw(gateway().port, bytes)
    expect(strict.status).toBe(400)
  })
})

it('a long document goes to HTTP/1.0 whole, with its length', async () => {
  const bytes = `GET ${pathOf(store)} HTTP/1.0\nAuthorization: ${basicHeader().authorization}\r\n\n`
  const { status, headers, body } = await sendRaw(gateway().legacyPort ?? 0, bytes)
  expect(status).toBe(200)
  expect(body.length).toBeGreaterThan(256 * 1024)
  expect(headers['content-length']).toBe(String(body.length))
  expect(numbersIn(body)).toHaveLength(210)
  expect(body.endsWith('</ShopSiteOrders>')).toBe(true)
})
