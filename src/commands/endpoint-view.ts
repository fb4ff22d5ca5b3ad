import type { EndpointOverview, EndpointRecord } from '../core/endpoints.ts'
import { isoTime } from '../model/iso-time.ts'
import type { Instant } from '../model/order.ts'
import { shortTime } from './output.ts'

/** An endpoint without its secrets. */
export function endpointJson(record: EndpointRecord): Record<string, unknown> {
  const { id, url, format, types, ofProducts, ownSecret, disabledWhy, failures } = record
  return {
    id,
    url,
    format,
    types,
    ofProducts,
    ownSecret,
    previousUntil: isoTime(record.previousUntil),
    disabledAt: isoTime(record.disabledAt),
    disabledWhy,
    failures,
    pausedUntil: isoTime(record.pausedUntil),
    createdAt: isoTime(record.createdAt),
  }
}

export function overviewJson(overview: EndpointOverview): Record<string, unknown> {
  const { waiting, dead, deliveredAt } = overview
  return { ...endpointJson(overview), waiting, dead, deliveredAt: isoTime(deliveredAt) }
}

export const overviewTitles = [
  'id',
  'url',
  'format',
  'types',
  'state',
  'waiting',
  'dead',
  'last success',
]

export function overviewRow(overview: EndpointOverview, now: Instant): string[] {
  return [
    String(overview.id),
    overview.url,
    overview.format,
    `${typesText(overview)}${overview.ofProducts ? ', of its products' : ''}`,
    stateText(overview, now),
    String(overview.waiting),
    String(overview.dead),
    shortTime(overview.deliveredAt),
  ]
}

export function typesText({ types }: Pick<EndpointRecord, 'types'>): string {
  return types === null ? 'all' : types.join(',')
}

/** Whether it is told of anything, and why not. */
export function stateText(record: EndpointRecord, now: Instant): string {
  const { disabledAt, disabledWhy, failures, pausedUntil } = record
  if (disabledAt !== null) {
    return `off since ${shortTime(disabledAt)}: ${disabledWhy ?? 'nobody says why'}`
  }
  const failing =
    failures === 0 ? [] : [`failing for ${failures} ${failures === 1 ? 'try' : 'tries'}`]
  const paused =
    pausedUntil === null || pausedUntil <= now ? [] : [`paused until ${shortTime(pausedUntil)}`]
  return ['on', ...failing, ...paused].join(', ')
}
