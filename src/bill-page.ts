import { createHash } from 'node:crypto'
import { type Bill, isPayable } from './core/find-bill.ts'
import { formatMoney } from './model/money.ts'
import { escapeHtml } from './wire/html.ts'

/** The languages that buyers are spoken to in. */
export type Language = 'en' | 'ru'

const style =
  'body{font:17px/1.5 system-ui,sans-serif;max-width:32rem;margin:12vh auto;padding:0 1.5rem;' +
  'color:#222;background:#fff}h1{font-size:1.4rem}dt{color:#666}dd{margin:0 0 .8rem}'
const styleHash = createHash('sha256').update(style).digest('base64')

/** Of every page: nothing is loaded, run, framed, kept or found by search engines. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
  vary: 'Accept-Language',
}

const words = {
  en: {
    order: 'Order',
    shop: 'Shop',
    sum: 'Sum',
    state: 'State',
    waiting: 'waiting for payment',
    paid: 'paid',
    cancelled: 'cancelled',
    refunded: 'cancelled, the money was given back',
    open: '',
    sent: 'sent to you',
    returned: 'came back to the shop',
    howToPay: 'The shop tells you how to pay.',
    test: 'This is a trial of the shop: nothing is to be paid and nothing is sent.',
    missing: 'There is no such order',
    missingMore: 'Please check that the link is whole, or ask the shop for a new one.',
    away: 'The order cannot be shown right now',
    awayMore: 'Please try again in a minute.',
  },
  ru: {
    order: 'Заказ',
    shop: 'Магазин',
    sum: 'Сумма',
    state: 'Состояние',
    waiting: 'ожидает оплаты',
    paid: 'оплачен',
    cancelled: 'отменён',
    refunded: 'отменён, деньги возвращены',
    open: '',
    sent: 'отправлен',
    returned: 'вернулся в магазин',
    howToPay: 'Как оплатить, подскажет магазин.',
    test: 'Это проверка магазина: платить не нужно, ничего отправлено не будет.',
    missing: 'Такого заказа нет',
    missingMore: 'Проверьте, вся ли ссылка скопирована, или попросите у магазина новую.',
    away: 'Сейчас показать заказ нельзя',
    awayMore: 'Попробуйте ещё раз через минуту.',
  },
} as const satisfies Record<Language, Record<string, string>>

/** What an order's owner sees of it: no name, no address, no goods. */
export function billPage({ account, order, shopName }: Bill, language: Language): string {
  const say = words[language]
  const state = [say[order.payment], say[order.fulfilment]].filter((word) => word !== '')
  const rows = [
    [say.shop, shopName],
    [say.sum, `${formatMoney(order.total)} ${order.currency}`],
    [say.state, state.join(', ')],
  ]
  const list = rows.map(([name = '', value = '']) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`)
  const more = account.settings.test ? say.test : isPayable(order) ? say.howToPay : ''
  const title = `${say.order} ${order.number}`
  return page(language, title, `<dl>${list.join('')}</dl>${more === '' ? '' : `<p>${more}</p>`}`)
}

/** The one answer to every link that leads nowhere, whatever the reason. */
export function missingPage(language: Language): string {
  const { missing, missingMore } = words[language]
  return page(language, missing, `<p>${missingMore}</p>`)
}

export function awayPage(language: Language): string {
  const { away, awayMore } = words[language]
  return page(language, away, `<p>${awayMore}</p>`)
}

/** The one of our languages that a browser likes best (RFC 9110, 12.5.4); English for others. */
export function languageOf(acceptLanguage: string): Language {
  const wished = acceptLanguage
    .slice(0, 1000)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters
        .find((one) => one.trim().startsWith('q='))
        ?.trim()
        .slice(2)
      return { name: range.trim().split('-')[0], quality: Number(quality ?? 1) || 0 }
    })
    .filter(({ name, quality }) => (name === 'en' || name === 'ru') && quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return wished[0]?.name === 'ru' ? 'ru' : 'en'
}

function page(language: Language, title: string, content: string): string {
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex, nofollow">',
    `<title>${title}</title><style>${style}</style></head>`,
    `<body><h1>${title}</h1>${content}</body></html>\n`,
  ].join('\n')
}

/** Signs that turn lines round have no place in a shop's name or a sum. */
function escaped(text: string): string {
  return escapeHtml(text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' '))
}
