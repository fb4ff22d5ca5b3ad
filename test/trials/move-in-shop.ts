import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/** An order as an old system answers it (contract §6), made up from its number alone. */
export type OldOrder = {
  readonly id: string
  readonly created: string
  readonly pay_status: 'waiting' | 'paid' | 'cancel'
  readonly paid: string
  readonly price: string
  readonly first_name: string
  readonly last_name: string
  readonly link: string
  readonly rpo: string
  readonly items: readonly { readonly id: string; readonly sum: string }[]
  readonly [name: string]: unknown
}

export const firstOld = 120_001
/** Every 41 seconds one: 50,000 of them are less than a month, which one call can list. */
const [firstCreated, everySeconds] = [1_754_000_000, 41]

const firstNames = ['Анна', 'Пётр', 'Zoë', 'Ёлка', 'Mira']
const lastNames = ['Выдуманная', 'О’Нил', 'Nobody', 'Щукин-Ёж']
const states = ['waiting', 'paid', 'paid', 'paid', 'cancel'] as const

export function oldOrder(at: number): OldOrder {
  const number = firstOld + at
  const created = firstCreated + at * everySeconds
  const status = states[at % states.length] ?? 'waiting'
  const isSent = status === 'paid' && at % 3 !== 0
  const cents = [1290 + (at % 700), 150_000 + at]
  const items = cents.map((sum, item) => ({
    id: item === 0 ? 'mug' : `course-${at % 40}`,
    title: item === 0 ? 'Кружка' : `Курс № ${at % 40}`,
    sum: (sum / 100).toFixed(2),
    price: (sum / 100).toFixed(2),
    partners: [],
  }))
  return {
    id: String(number),
    first_name: firstNames[at % firstNames.length] ?? '',
    last_name: lastNames[at % lastNames.length] ?? '',
    middle_name: '',
    email: `buyer${number}@example.com`,
    phone: `+7000${number}`,
    city: 'Город',
    country: 'Россия',
    address: `ул. Ничья, ${at}`,
    region: 'Край',
    postalcode: '101000',
    created: String(created),
    pay_status: status,
    paid: status === 'paid' ? String(created + 600) : '0',
    type: '',
    payway: 'card',
    comment: at % 7 === 0 ? 'Позвоните "вечером"\nпосле 18:00' : '',
    domain: at % 2 === 0 ? 'pay.example.com' : '',
    link: `${at % 2 === 0 ? 'http://pay.example.com' : ''}/bill/${number}-k${(at * 7919) % 1e6}`,
    good_count: 2,
    price: (cents.reduce((sum, one) => sum + one, 0) / 100).toFixed(2),
    bill_sum_topay: '0.00',
    tag: at % 11 === 0 ? 'осень' : '',
    kupon: '',
    coupon: '',
    utm: { medium: 'cpc', source: 'ya', campaign: '', content: '', term: '' },
    sent: isSent ? created + 90_000 : 0,
    rpo: isSent ? `8008${number}` : '',
    delivery_status: isSent ? 'sent' : '',
    is_recurrent: false,
    items,
  }
}

/** Writes them as one saved answer of getOrdersWithGoods. */
export async function writeOldShop(path: string, orders: number): Promise<void> {
  const file = createWriteStream(path)
  file.write('{"error_code":0,"error_text":"OK","result":[')
  for (let at = 0; at < orders; at += 1) {
    const text = `${at === 0 ? '' : ','}${JSON.stringify(oldOrder(at))}`
    if (!file.write(text)) await once(file, 'drain')
  }
  file.end('],"hash":"0123456789abcdef0123456789abcdef"}')
  await once(file, 'close')
}
