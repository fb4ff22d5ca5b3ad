import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { addEndpoint } from '../../src/core/endpoints.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { newStandardSecret } from '../../src/notices/standard.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'
import { until } from '../support/poll.ts'
import { sendRaw } from '../support/raw-http.ts'
import { aReceiver } from '../support/receiver.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'

const at = useGateway({
  settings: { LEGACY_HTTP_PORT: '0', NOTICES_HTTP: 'on', NOTICES_UNSAFE_TARGETS: 'on' },
  notices: {},
})

async function aShop(): Promise<Shop> {
  const { account, credential } = await anAccount(at().ctx)
  return { login: account.login, secret: credential.secret }
}
const scrape = () => fetch(`${at().url}/metrics`)
const read = async (): Promise<string> => (await scrape()).text()

/** A sample's value; 0 where there is none. */
function valueIn(text: string, sample: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `))
  return Number(line?.slice(sample.length + 1) ?? 0)
}
const callsOf = (labels: string): string => `countersign_calls_total{${labels}}`
const ofShop = (name: string, outcome: string): string =>
  callsOf(`dialect="influencersoft",function="${name}",outcome="${outcome}"`)

describe('/metrics', () => {
  it('is text that Prometheus reads, each name with help and type', async () => {
    const response = await scrape()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    for (const line of (await response.text()).split('\n').filter((one) => one !== '')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \S+)$/)
    }
  })

  it('answers HEAD with the same head and no body', async () => {
    const response = await fetch(`${at().url}/metrics`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-type')).toContain('version=0.0.4')
  })

  it.each(['POST', 'PUT', 'DELETE'])('is not there for %s', async (method) => {
    expect((await fetch(`${at().url}/metrics`, { method })).status).toBe(404)
  })

  it('is not there for others, who see what they see at any other address', async () => {
    const headers = { 'x-forwarded-for': '127.0.0.1' }
    const refused = await fetch(`${at().url}/metrics`, { headers })
    const nothing = await fetch(`${at().url}/nothing`)
    expect([refused.status, await refused.text()]).toEqual([404, await nothing.text()])
  })

  it('is not there for clients of old HTTP', async () => {
    const port = at().legacyPort ?? 0
    const head = 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'
    expect((await sendRaw(port, head)).status).toBe(404)
    expect((await sendRaw(at().port, head)).status).toBe(200)
  })
})

describe('what is measured', () => {
  it('counts calls by function and outcome, and times them', async () => {
    const shop = await aShop()
    const before = await read()
    await callSigned(at().url, shop, 'GetAllGoods')
    await callSigned(at().url, shop, 'getallgoods')
    await callSigned(at().url, shop, 'getOrderDetails', { bill_id: 5 })
    const wrong = {
      method: 'POST',
      body: 'a=1&hash=0123456789abcdef0123456789abcdef',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
    await fetch(`${at().url}/influencersoft/${shop.login}/api/GetAllGoods`, wrong)
    const after = await read()
    const more = (sample: string): number => valueIn(after, sample) - valueIn(before, sample)
    expect(more(ofShop('GetAllGoods', 'ok'))).toBe(2)
    expect(more(ofShop('GetAllGoods', 'unproved'))).toBe(1)
    expect(more(ofShop('getOrderDetails', 'refused'))).toBe(1)
    const seconds = 'countersign_call_seconds'
    expect(more(`${seconds}_count{dialect="influencersoft"}`)).toBe(4)
    expect(more(`${seconds}_bucket{le="+Inf",dialect="influencersoft"}`)).toBe(4)
    expect(more(`${seconds}_sum{dialect="influencersoft"}`)).toBeGreaterThan(0)
  })

  it('has no label of what callers make up, and none of accounts, orders or addresses', async () => {
    const shop = await aShop()
    for (let count = 0; count < 20; count += 1) {
      const path = `influencersoft/stranger-${count}/api/Made${count}Up`
      await fetch(`${at().url}/${path}`, { method: 'POST', body: 'a=1' })
      await fetch(`${at().url}/influencersoft/${shop.login}/api/Invented${count}`, {
        method: 'POST',
        body: 'a=1',
      })
      await fetch(`${at().url}/opencart/${shop.login}/index.php?route=api/made/up${count}`)
    }
    const text = await read()
    const labels = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => ({
      name,
      value,
    }))
    const values = labels.map(({ value }) => value).join('\n')
    expect(values).not.toMatch(/stranger|Made|Invented|made\/up|127\.0\.0/)
    expect(values).not.toContain(shop.login)
    const mayBe = new Set(['other', ...dialects.flatMap(({ calls }) => calls)])
    const functions = labels.filter(({ name }) => name === 'function')
    expect(functions.length).toBeGreaterThan(0)
    for (const { value } of functions) expect(mayBe).toContain(value)
    const ofCalls = text.split('\n').filter((line) => line.startsWith('countersign_'))
    const names = ofCalls.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, name]) => name))
    expect(new Set(names)).toEqual(
      new Set(['dialect', 'function', 'outcome', 'le', 'result', 'version']),
    )
  })

  it('shows the committer, the queue, sockets and the turnstile', async () => {
    const shop = await aShop()
    const before = await read()
    const order = { goods: [{ good_name: 'invoice' }], bill_email: 'ada@example.com' }
    await callSigned(at().url, shop, 'CreateOrder', order)
    const after = await read()
    const more = (sample: string): number => valueIn(after, sample) - valueIn(before, sample)
    expect(more('countersign_batch_commands_count')).toBeGreaterThanOrEqual(1)
    expect(more('countersign_batch_commands_sum')).toBeGreaterThanOrEqual(1)
    expect(more('countersign_commit_seconds_sum')).toBeGreaterThan(0)
    expect(valueIn(after, 'countersign_sockets')).toBeGreaterThanOrEqual(1)
    expect(valueIn(after, 'countersign_ready')).toBe(1)
    expect(valueIn(after, 'countersign_processes{version="0.0.0"}')).toBe(1)
    for (const name of ['commands_queued', 'calls_inside', 'database_waiting']) {
      expect(after).toMatch(new RegExp(`^countersign_${name} \\d+$`, 'm'))
    }
    expect(after).toMatch(/^countersign_calls_crowded_total 0$/m)
    expect(after).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m)
    expect(after).toMatch(/^process_resident_memory_bytes \d+$/m)
  })

  it('counts notices: delivered, tried again, waiting', async () => {
    const { account } = await anAccount(at().ctx)
    const receiver = await aReceiver()
    receiver.reply = () => ({ status: 503 })
    await addEndpoint(at().ctx, account, {
      url: receiver.url,
      format: 'standard',
      types: ['order.placed'],
      secret: newStandardSecret((bytes) => at().ctx.newKey(bytes)),
    })
    await anOrder(at().ctx, account)
    await at().notices?.runOnce()
    const tries = (result: string) => `countersign_notice_tries_total{result="${result}"}`
    at().clock.now += 6000
    const failed = await read()
    expect(valueIn(failed, tries('waiting'))).toBeGreaterThanOrEqual(1)
    expect(valueIn(failed, 'countersign_notices_waiting')).toBe(1)
    receiver.reply = () => ({ status: 204 })
    await until('the notice', async () => {
      at().clock.now += 6000
      await at().notices?.runOnce()
      return valueIn(await read(), tries('delivered')) === 1
    })
    expect(valueIn(await read(), 'countersign_notices_waiting')).toBe(0)
    expect(valueIn(await read(), tries('dead'))).toBe(0)
  })
})

describe('the docs', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))]
    .filter((path) => path.endsWith('.md'))
    .map((path) => readFileSync(join(root, path), 'utf8'))

  it('name metrics that there are, and labels that they have', async () => {
    await callSigned(at().url, await aShop(), 'GetAllGoods')
    const text = await read()
    const names = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name))
    const isThere = (name: string): boolean =>
      names.has(name) || names.has(name.replace(/_(bucket|sum|count)$/, ''))
    const told = pages.flatMap((page) => page.match(/\bcountersign_[a-z_]+/g) ?? [])
    for (const name of told) expect(isThere(name), name).toBe(true)
    const labels = pages.flatMap((page) => [
      ...page.matchAll(/\b(countersign_[a-z_]+)\{(\w+)[=!]~?"([^"]*)"/g),
    ])
    for (const [, name = '', label = ''] of labels) {
      expect(text, `${name}{${label}}`).toMatch(new RegExp(`^${name}\\{[^}]*\\b${label}="`, 'm'))
    }
    const operations = join(root, 'docs', 'operations.md')
    const rules = existsSync(operations) ? readFileSync(operations, 'utf8') : undefined
    if (rules !== undefined) expect(rules.match(/^ +- alert: /gm)?.length).toBeGreaterThan(3)
  })
})
