import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Readable } from 'node:stream'
import { asOneArray, type ListName } from './export-sql.ts'
import { shop, signedQuery } from './seed.ts'
import type { BenchServer } from './server.ts'

export type Export = {
  readonly seconds: number
  readonly firstByteMs: number
  readonly bytes: number
  /** Its last bytes, or all of them where they were asked for. */
  readonly text: string
}

const bodies: Readonly<Record<ListName, string>> = {
  // The seed's orders were all made within that month.
  getOrdersWithGoods: signedQuery('begin_date=01.03.2024&end_date=31.03.2024'),
  GetOrders: signedQuery('paid=0'),
}

/** One signed call; the answer is counted, not kept. Throws where it is no whole, good answer. */
export async function callGateway(
  port: number,
  name: ListName,
  { whole = false } = {},
): Promise<Export> {
  const startedAt = performance.now()
  const exported = await new Promise<Export>((resolve, reject) => {
    const path = `/influencersoft/${shop.login}/api/${name}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) =>
      resolve(drain(answer, startedAt, whole)),
    )
    sent.on('error', reject)
    sent.end(bodies[name])
  })
  if (!/"error_code":0,"error_text":"OK","hash":"\w{32}"}$/.test(exported.text)) {
    throw new Error(`${name}: the answer ends with ${exported.text.slice(-200)}`)
  }
  return exported
}

/** The same documents from psql, as one array. */
export async function runPsql(
  server: BenchServer,
  name: ListName,
  { whole = false } = {},
): Promise<Export> {
  const startedAt = performance.now()
  const child = spawn('psql', ['-XAtq', '-c', asOneArray(name)], {
    env: { ...process.env, ...server.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [exported, code] = await Promise.all([drain(child.stdout, startedAt, whole), ended])
  if (code !== 0) throw new Error(`psql ended with ${code}`)
  return exported
}

async function drain(stream: Readable, startedAt: number, whole: boolean): Promise<Export> {
  let firstByteMs = Number.NaN
  let bytes = 0
  let kept: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes === 0) firstByteMs = performance.now() - startedAt
    bytes += chunk.length
    kept = whole ? [...kept, chunk] : [...kept.slice(-1), chunk]
  }
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, firstByteMs, bytes, text: Buffer.concat(kept).toString() }
}

/** Megabytes: what a process holds now, and the most it ever held. */
export function memoryNowAndPeak(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { now: read('VmRSS'), peak: read('VmHWM') }
}
