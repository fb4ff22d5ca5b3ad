import type { EndpointOverview, EndpointRecord } from '../core/endpoints.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import type { Instant } from '../model/order.ts'
import { shortTime } from './output.ts'

/** So much of a URL stands in a row for a person. */
const mostOfUrl = 160

/** An endpoint without its secrets. */
export function endpointJson(record: EndpointRecord): Record<string, unknown> {
  const { id, url, format, types, ofProducts, ownSecret, disabledWhy, failures, test } = record
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
    test,
  }
}

export function overviewJson(overview: EndpointOverview): Record<string, unknown> {
  const { products, waiting, dead, deliveredAt } = overview
  return { ...endpointJson(overview), products, waiting, dead, deliveredAt: isoTime(deliveredAt) }
}

export const overviewTitles = [
  'id',
  'url',
  'format',
  'for',
  'types',
  'state',
  'waiting',
  'dead',
  'last success',
]

/** Why an endpoint is told nothing though it is on. */
export function restingText({ login, settings }: Account, test: boolean): string {
  const switching = `countersign account set ${login} test=${test ? 'on' : 'off'}`
  return settings.test
    ? `It rests: "${login}" is in test mode, and this endpoint is none for tests (${switching})`
    : `It rests: it is for tests, and "${login}" is not in test mode (${switching})`
}

export function overviewRow(overview: EndpointOverview, now: Instant, account: Account): string[] {
  return [
    String(overview.id),
    shortUrl(overview.url),
    overview.format,
    overview.test ? 'test' : 'live',
    `${typesText(overview)}${productsText(overview)}`,
    `${overview.test === account.settings.test ? '' : 'rests: '}${stateText(overview, now)}`,
    String(overview.waiting),
    String(overview.dead),
    shortTime(overview.deliveredAt),
  ]
}

export function typesText({ types }: Pick<EndpointRecord, 'types'>): string {
  return types === null ? 'all' : types.join(',')
}

function productsText({ products }: EndpointOverview): string {
  if (products === null) return ''
  if (products === 0) return ', but no product names it'
  return products === 1 ? ', of 1 product' : `, of ${products} products`
}

/** What callers give to products may be of any length, and would make every row as long. */
function shortUrl(url: string): string {
  return url.length <= mostOfUrl ? url : `${url.slice(0, mostOfUrl)}…`
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
