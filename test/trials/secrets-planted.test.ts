import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/registry.ts'
import { until } from '../support/poll.ts'
import { type House, secretsTrial } from './secrets.ts'

// Secrets where they do not belong, on purpose: a search that finds none must be able to find.

/** By the places that are searched, what lies there; nothing else may be found. */
const planted = {
  'the log': 'an OpenCart key that was imported',
  'table products': 'a key that was replaced',
  'file old/notes.txt': "an endpoint's secret",
  'the list of processes': 'a key that was revoked',
  memory: 'what the WordPress plugin takes',
} as const

async function plant({ gateway, server, dataDir, secrets }: House): Promise<{ end(): void }> {
  const secretOf = (place: keyof typeof planted): string => {
    const found = secrets.find(({ name }) => name === planted[place])
    if (found === undefined) throw new Error(`there is no secret ${planted[place]}`)
    return found.value
  }
  // Whoever calls an account that nobody knows is shown in the log.
  const key = secretOf('the log')
  await fetch(`${gateway.url}/influencersoft/${key}/api/GetOrders`)
  await until('the call to be logged', async () => gateway.output().includes(key))
  const sql = postgres({ ...server.connection, max: 1 })
  const title = `key: ${secretOf('table products')}, do not lose`
  await sql`update products set title = ${title} where code = 'Product 1'`
  await sql.end()
  await mkdir(join(dataDir, 'old'))
  await writeFile(join(dataDir, 'old/notes.txt'), `a=${secretOf('file old/notes.txt')}\n`)
  const idle = ['-e', 'setTimeout(() => {}, 600_000)', secretOf('the list of processes')]
  const child = spawn(process.execPath, idle, { stdio: 'ignore' })
  const call = await callUnderWay(gateway.url, secretOf('memory'))
  return {
    end() {
      child.kill()
      call.destroy()
    },
  }
}

/** A call whose body does not come: what its address says is in memory as long as it waits. */
async function callUnderWay(url: string, secret: string) {
  const address = `${url}/influencersoft/shop/api/GetOrders?key=${encodeURIComponent(secret)}`
  const call = request(address, { method: 'POST', headers: { 'content-length': '10' } })
  call.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    call.once('socket', (socket) => socket.once('connect', () => resolve()))
    call.write('a')
  })
  return call
}

test('secrets that lie about are found in each place, and nothing else is', async () => {
  const own = dialects.filter(({ name }) => name === 'mintsoft')
  const { found } = await secretsTrial({ keyIn: 'file', rounds: 1, dialects: own, plant })
  const expected = Object.entries(planted).map(([place, name]) => `${place}: ${name}`)
  expect([...found].sort()).toEqual(expected.sort())
}, 600_000)
