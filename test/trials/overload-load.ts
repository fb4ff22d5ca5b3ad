import { createConnection, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { md5Hex } from '../../src/wire/digest.ts'
import { type Envelope, type Shop, signedBody } from '../support/signed-call.ts'

/** What one generator sends: one connection an order, one call at a time on each. */
export type LoadJob = {
  readonly port: number
  readonly shop: Shop
  readonly orders: readonly number[]
  readonly seconds: number
  /** How long a refused caller waits before it calls again. */
  readonly pauseMs: number
  /** `mixed`: every second connection reads its order. */
  readonly calls: 'status' | 'mixed'
  /** Makes tracking numbers that no other job made. */
  readonly tag: string
}

/** When a call was answered, in epoch milliseconds, and how long that took. */
export type Answer = readonly [atMs: number, tookMs: number]

/** What one connection was told of its order. */
export type Told = { number: number; acknowledged: number; unknown: number; reads: number }

export type LoadFigures = {
  readonly accepted: Answer[]
  /** Answers 503 with `Retry-After` and a signed code 8. */
  readonly refused: Answer[]
  /** Connections that ended, or stayed silent for 10 s, while a call was under way. */
  unanswered: number
  /** Answers that are none of these, with samples. */
  wrong: number
  readonly samples: string[]
  readonly told: Told[]
}

const patienceMs = 10_000

/** Calls until the time is over, and waits for every answer that is still due. */
export async function runLoad(job: LoadJob): Promise<LoadFigures> {
  const figures: LoadFigures = {
    accepted: [],
    refused: [],
    unanswered: 0,
    wrong: 0,
    samples: [],
    told: [],
  }
  const until = Date.now() + job.seconds * 1000
  await Promise.all(
    job.orders.map((number, at) => {
      const told = { number, acknowledged: 0, unknown: 0, reads: 0 }
      figures.told.push(told)
      return caller(job, told, at, until, figures)
    }),
  )
  return figures
}

async function caller(
  job: LoadJob,
  told: Told,
  at: number,
  until: number,
  figures: LoadFigures,
): Promise<void> {
  const reads = job.calls === 'mixed' && at % 2 === 1
  const line = openLine(job.port)
  // Real callers neither begin nor come back in step.
  await sleep((at / job.orders.length) * Math.min(job.pauseMs, 1000))
  for (let step = 0; Date.now() < until; step += 1) {
    const startedAt = performance.now()
    const answer = await line.call(request(job, told.number, step, reads))
    const took: Answer = [Date.now(), performance.now() - startedAt]
    const kind = judge(answer, job.shop)
    if (kind === 'ok') {
      figures.accepted.push(took)
      if (reads) told.reads += 1
      else told.acknowledged += 1
      continue
    }
    if (kind === 'busy' || kind === 'unknown') figures.refused.push(took)
    else if (kind === 'none') figures.unanswered += 1
    else {
      figures.wrong += 1
      if (figures.samples.length < 3) figures.samples.push(answer ?? '')
    }
    // An answer that never came may have been an acknowledgement.
    if (kind !== 'busy' && !reads) told.unknown += 1
    await sleep(job.pauseMs * (0.5 + Math.random()))
  }
  line.close()
}

function request(job: LoadJob, number: number, step: number, reads: boolean): string {
  const name = reads ? 'getOrderDetails' : 'UpdateOrderStatus'
  const parcel = { status: 'sent', date: 1362254400, rpo: `${job.tag}${step}` }
  const body = signedBody(job.shop, { bill_id: number, ...(reads ? {} : parcel) })
  return (
    `POST /influencersoft/${job.shop.login}/api/${name} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    'Content-Type: application/x-www-form-urlencoded\r\n' +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

type Kind = 'ok' | 'busy' | 'unknown' | 'none' | 'wrong'

function judge(answer: string | undefined, { secret }: Shop): Kind {
  if (answer === undefined) return 'none'
  const { error_code, error_text, hash } = envelopeIn(answer)
  if (hash !== md5Hex(`${error_code}::${error_text}::${secret}`)) return 'wrong'
  if (answer.startsWith('HTTP/1.1 200') && error_code === 0) return 'ok'
  const refused = answer.startsWith('HTTP/1.1 503') && /\r\nretry-after: \d+\r\n/i.test(answer)
  if (!refused || error_code !== 8) return 'wrong'
  return error_text.startsWith('Outcome unknown') ? 'unknown' : 'busy'
}

function envelopeIn(answer: string): Partial<Envelope> & { error_text: string } {
  try {
    return JSON.parse(Buffer.from(answer.slice(answer.indexOf('{')), 'latin1').toString())
  } catch {
    return { error_text: '' }
  }
}

/** A kept-alive connection that is made anew when it is gone. */
function openLine(port: number) {
  let socket: Socket | undefined
  let text = ''
  let settle: (answer: string | undefined) => void = () => undefined
  const connect = (): Socket => {
    const fresh = createConnection({ port, host: '127.0.0.1', noDelay: true })
    fresh.setEncoding('latin1')
    fresh.on('error', () => undefined)
    fresh.on('close', () => {
      if (socket !== fresh) return
      socket = undefined
      settle(undefined)
    })
    fresh.on('data', (chunk: string) => {
      text += chunk
      if (!isWhole(text)) return
      if (/\r\nconnection: close\r\n/i.test(text)) {
        socket = undefined
        fresh.destroy()
      }
      settle(text)
    })
    return fresh
  }
  return {
    /** The answer as it came, or undefined: cut off, or silent for too long. */
    call(bytes: string): Promise<string | undefined> {
      text = ''
      return new Promise((resolve) => {
        const timer = setTimeout(() => socket?.destroy(), patienceMs)
        settle = (answer) => {
          clearTimeout(timer)
          resolve(answer)
        }
        socket ??= connect()
        socket.write(bytes)
      })
    },
    close: () => socket?.destroy(),
  }
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN)
  return answer.length >= head + 4 + length
}
