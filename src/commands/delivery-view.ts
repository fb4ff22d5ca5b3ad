import {
  type AttemptRecord,
  type DeliveryHead,
  type DeliveryRecord,
  isUnderWay,
} from '../core/deliveries.ts'
import { isoTime } from '../model/iso-time.ts'
import { messageId } from '../model/notice.ts'
import type { Instant } from '../model/order.ts'
import { alignedLines, namedLines, plain, shortTime } from './output.ts'

/** So much of an answer stands beside a try for a person. */
const answerChars = 160

/** A delivery without its message, which holds the buyer. */
export function deliveryJson(
  login: string,
  head: DeliveryHead,
  now: Instant,
): Record<string, unknown> {
  const { endpointId, number, seq, part, type, state, tries } = head
  return {
    id: messageId(login, head),
    endpoint: endpointId,
    order: number,
    event: seq,
    part,
    type,
    state,
    tries,
    underWay: isUnderWay(head, now),
    madeAt: isoTime(head.madeAt),
    dueAt: state === 'waiting' ? isoTime(head.dueAt) : null,
    doneAt: isoTime(head.doneAt),
  }
}

export const deliveryTitles = ['id', 'order', 'type', 'state', 'tries', 'made', 'done or due']

export function deliveryRow(login: string, head: DeliveryHead, now: Instant): string[] {
  return [
    messageId(login, head),
    String(head.number),
    head.type,
    isUnderWay(head, now) ? 'under way' : head.state,
    String(head.tries),
    shortTime(head.madeAt),
    shortTime(head.state === 'waiting' ? head.dueAt : head.doneAt),
  ]
}

export function recordJson(
  login: string,
  record: DeliveryRecord,
  now: Instant,
): Record<string, unknown> {
  return {
    ...deliveryJson(login, record, now),
    body: record.body,
    attempts: record.attempts.map(({ tried, at, latencyMs, status, problem, answer }) => ({
      tried,
      at: isoTime(at),
      latencyMs,
      status,
      problem,
      answer: answer === null ? null : answerText(answer),
    })),
  }
}

/** The whole delivery for a person. */
export function recordLines(
  login: string,
  record: DeliveryRecord,
  { url, now }: { readonly url: string; readonly now: Instant },
): string[] {
  const { state } = record
  return [
    ...namedLines([
      ['id', messageId(login, record)],
      ['order', String(record.number)],
      ['endpoint', `${record.endpointId} ${url}`],
      ['type', record.type],
      ['state', isUnderWay(record, now) ? 'under way' : state],
      ['made', shortTime(record.madeAt)],
      state === 'waiting' ? ['due', shortTime(record.dueAt)] : ['done', shortTime(record.doneAt)],
    ]),
    '',
    ...(record.attempts.length === 0
      ? ['It has not been tried, or so long ago that nothing is kept of it.']
      : alignedLines(
          ['try', 'at', 'status', 'latency', 'answer'],
          record.attempts.map(attemptRow),
        )),
    '',
    // As it was frozen; what only the secret makes is added as it is sent.
    plain(record.body),
  ]
}

function attemptRow({ tried, at, latencyMs, status, problem, answer }: AttemptRecord): string[] {
  const text = answer === null ? '' : answerText(answer)
  return [
    String(tried),
    shortTime(at),
    status === null ? '-' : String(status),
    `${latencyMs} ms`,
    [problem ?? '', text].filter(Boolean).join('; ').slice(0, answerChars),
  ]
}

/** Bytes of a stranger as text; what is no UTF-8 shows as such. */
export function answerText(answer: Uint8Array): string {
  return Buffer.from(answer).toString('utf8').trim()
}
