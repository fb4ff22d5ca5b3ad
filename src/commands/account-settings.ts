import { type Account, type AccountSettings, accountSettingsSchema } from '../model/account.ts'
import { highestOrderNumber } from '../model/order.ts'
import { mistake } from './command-line.ts'
import { durationForms, durationText, parseDuration } from './duration.ts'
import { parseList } from './pairs.ts'

/** What `account set` takes, and what `account show` prints, each with its help. */
export const accountKeys = {
  currency: 'ISO code of every amount in the book: USD',
  timezone: 'IANA name; dates without a zone mean this one: Europe/Moscow',
  'duplicate-window': 'how long a waiting order of the same content is the same: 24h, 10m, 0',
  'replay-memory': 'how long a signed call is remembered, so that a repeat does nothing: 24h, or 0',
  'keep-bodies': 'how long what refused calls sent is kept, sealed: 24h, at most 72h, or 0',
  contacts: 'what contact and partner functions do: refuse or record',
  'pay-on-delivery': 'payment methods that are settled at the door: cod,nalozh*',
  'stock-source': "whose stock levels count: any (the last wins), or one dialect's name",
  'pay-url':
    'where a pay link sends who has not paid: https://pay.example.com/?order={number}&sum={sum}; ' +
    'there are {number} {sum} {currency} {email} {key} {login}; empty: a page of the gateway',
  test: 'on: only credentials and endpoints that were added with --test work; off: only the others',
  'next-order-number': 'where an old system stopped; never below the highest used',
  'next-release-number': 'likewise; follows next-order-number unless it is given',
  host: 'ties a host name to the account; host=-shop.example.com unties it',
} as const

/** A whole `account set`, understood. */
export type AccountChange = {
  readonly settings: Partial<AccountSettings>
  readonly tied: readonly string[]
  readonly untied: readonly string[]
  readonly nextOrderNumber?: number
  readonly nextReleaseNumber?: number
}

type Draft = { -readonly [K in keyof AccountChange]: AccountChange[K] } & {
  tied: string[]
  untied: string[]
}

/**
 * Throws one `invalid-input` that names every pair that cannot be, and why. `dialects`: the names
 * of those that there are.
 */
export function readAccountChange(
  pairs: readonly (readonly [string, string])[],
  dialects: readonly string[],
): AccountChange {
  const draft: Draft = { settings: {}, tied: [], untied: [] }
  const problems = pairs.flatMap(([key, value]) => {
    const problem =
      key === 'stock-source'
        ? takeStockSource(draft, value.trim(), dialects)
        : take(draft, key, value.trim())
    return problem === undefined ? [] : [`${key}=${value}: ${problem}`]
  })
  if (problems.length === 0) return draft
  throw mistake(['nothing was changed:', ...problems.map((text) => `  ${text}`)].join('\n'))
}

function take(draft: Draft, key: string, value: string): string | undefined {
  switch (key) {
    case 'currency':
    case 'timezone':
    case 'contacts':
      return takeSetting(draft, key, value)
    case 'pay-url':
      return takeSetting(draft, 'payUrl', value)
    case 'test':
      return takeSwitch(draft, 'test', value)
    case 'pay-on-delivery':
      return takeSetting(draft, 'payOnDelivery', parseList(value))
    case 'duplicate-window': {
      const ms = parseDuration(value)
      return ms === undefined ? durationForms : takeSetting(draft, 'duplicateWindowMs', ms)
    }
    case 'replay-memory': {
      const ms = parseDuration(value)
      return ms === undefined ? durationForms : takeSetting(draft, 'replayMemoryMs', ms)
    }
    case 'keep-bodies': {
      const ms = parseDuration(value)
      return ms === undefined ? durationForms : takeSetting(draft, 'keepBodiesMs', ms)
    }
    case 'next-order-number':
    case 'next-release-number': {
      const next = parseNumber(value)
      if (next === undefined) return `a whole number from 1 to ${highestOrderNumber}`
      draft[key === 'next-order-number' ? 'nextOrderNumber' : 'nextReleaseNumber'] = next
      return undefined
    }
    case 'host':
      return takeHost(draft, value)
    default:
      return `there is no such key; keys are: ${Object.keys(accountKeys).join(', ')}`
  }
}

function takeSetting(
  draft: Draft,
  name: keyof AccountSettings,
  value: unknown,
): string | undefined {
  const parsed = accountSettingsSchema.shape[name].safeParse(value)
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'it cannot be used'
  draft.settings = { ...draft.settings, [name]: parsed.data }
  return undefined
}

function takeSwitch(draft: Draft, name: 'test', value: string): string | undefined {
  return ['on', 'off'].includes(value) ? takeSetting(draft, name, value === 'on') : 'on or off'
}

function takeStockSource(
  draft: Draft,
  value: string,
  dialects: readonly string[],
): string | undefined {
  const sources = ['any', ...dialects]
  if (!sources.includes(value)) return `there are ${sources.join(', ')}`
  return takeSetting(draft, 'stockSource', value)
}

function parseNumber(text: string): number | undefined {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= highestOrderNumber ? number : undefined
}

function takeHost(draft: Draft, value: string): string | undefined {
  const unties = value.startsWith('-')
  const name = (unties ? value.slice(1) : value).toLowerCase().replace(/\.$/, '')
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) || name.length > 253) {
    return 'a host name has letters, digits, dots and "-" only, and no port'
  }
  draft[unties ? 'untied' : 'tied'].push(name)
  return undefined
}

/** The account's settings by the keys of `account set`. */
export function settingTexts({ settings }: Account): [string, string][] {
  return [
    ['currency', settings.currency],
    ['timezone', settings.timezone],
    ['duplicate-window', durationText(settings.duplicateWindowMs)],
    ['replay-memory', durationText(settings.replayMemoryMs)],
    ['keep-bodies', durationText(settings.keepBodiesMs)],
    ['contacts', settings.contacts],
    ['pay-on-delivery', settings.payOnDelivery.join(',')],
    ['stock-source', settings.stockSource],
    ['pay-url', settings.payUrl],
    ['test', settings.test ? 'on' : 'off'],
  ]
}
