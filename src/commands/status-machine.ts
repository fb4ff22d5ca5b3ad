import type { Disk, GatewayAnswer } from './command-line.ts'
import { ofClock, type Reason } from './status-reasons.ts'

const gigabyte = 1_000_000_000
const leastFree = { share: 0.1, bytes: gigabyte }

/** With so large a part of the places taken, callers will hear "busy" before long. */
const fullShare = 0.5

/** The header is in whole seconds. */
const dateStepMs = 1000

const silences = {
  'not-running': [
    'no gateway answers at',
    'Start it. Where it listens elsewhere, run this with its PORT and HOST.',
  ],
  silent: [
    'the gateway does not answer in time at',
    'Look into its log, and at what the machine is busy with; if nothing helps, start it anew.',
  ],
  'not-ready': [
    'the gateway runs but takes no calls at',
    'Its log says why: mostly the database is away, or was filled with another key.',
  ],
  stranger: [
    'something that is no gateway answers at',
    'Run this with the PORT and HOST of the gateway, or free that port.',
  ],
} as const

/** What the running gateway says of itself. */
export function ofGateway(gateway: GatewayAnswer, now: number): Reason[] {
  const { state, url, dateMs, queue } = gateway
  const reasons: Reason[] = []
  if (state !== 'ready' && state !== 'nowhere') {
    const [text, next] = silences[state]
    reasons.push({ kind: 'gateway', account: null, text: `${text} ${url}`, next })
  }
  if (queue !== null && queue.waiting > queue.most * fullShare) {
    reasons.push({
      kind: 'queue',
      account: null,
      text: `${queue.waiting} commands wait, and ${queue.most} may; callers soon hear "busy"`,
      next: 'The database is too slow for what comes in: look at its disk, its locks and its load.',
    })
  }
  const offMs = dateMs === null ? 0 : dateMs - now
  const lessStep = offMs > 0 ? offMs : Math.min(0, offMs + dateStepMs)
  return [...reasons, ...ofClock(lessStep, 'the gateway')]
}

export function ofDisk({ path, freeBytes, bytes }: Disk): Reason[] {
  if (freeBytes >= leastFree.bytes && freeBytes >= bytes * leastFree.share) return []
  const percent = bytes === 0 ? 0 : Math.floor((freeBytes / bytes) * 100)
  return [
    {
      kind: 'disk',
      account: null,
      text: `the disk under ${path} has ${(freeBytes / gigabyte).toFixed(1)} GB free (${percent} %)`,
      next: 'Make room: a book whose disk is full takes no orders.',
    },
  ]
}
