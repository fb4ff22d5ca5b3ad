import { changeSettings, getAccount, setNextNumber } from '../../../src/core/accounts.ts'
import { saveCategories } from '../../../src/core/catalogue.ts'
import type { Context } from '../../../src/core/context.ts'
import { addCredential } from '../../../src/core/credentials.ts'
import { saveGoods } from '../../../src/core/goods.ts'
import { placeCheckout } from '../../../src/core/place-checkout.ts'
import { setOrderStatus } from '../../../src/core/set-order-status.ts'
import { saveShop, shopOf } from '../../../src/core/shop.ts'
import type { Account } from '../../../src/model/account.ts'
import { emptyCheckout } from '../../../src/model/checkout.ts'
import type { OrderContent } from '../../../src/model/order.ts'
import { anAccount } from '../../support/fixtures.ts'
import { aLine, anOrderOf } from '../mintsoft/an-order.ts'
import { erpLogin } from './erp-recording.ts'

/** When the recorded shop's first order came in, on a clock in Kyiv. */
export const recordedAt = Date.parse('2026-03-09T08:15:00Z')

const operator = { via: 'operator', credentialId: null }

const statuses = [
  { id: 1, name: 'Pending' },
  { id: 2, name: 'Processing', releases: true },
  { id: 3, name: 'Shipped', fulfilment: 'send' as const },
  { id: 5, name: 'Complete', fulfilment: 'send' as const },
]

export type ErpShop = { readonly account: Account; readonly credentialId: number }

/** The shop that the ERP was recorded with, and its API user. */
export async function anErpShop(
  ctx: Context,
  options: {
    readonly settings?: Readonly<Record<string, unknown>>
    readonly ipList?: readonly string[]
  } = {},
): Promise<ErpShop> {
  const made = (await anAccount(ctx, { dialect: 'mintsoft', goods: [] })).account
  await changeSettings(ctx, made, { currency: 'UAH', timezone: 'Europe/Kyiv' })
  const account = await getAccount(ctx, made.login)
  await saveShop(ctx, account, {
    name: 'Demo shop',
    statuses,
    currencies: [{ id: 1, code: 'UAH', rate: '1.00000000' }],
    countries: [{ id: 220, name: 'Ukraine', iso2: 'UA', iso3: 'UKR' }],
    zones: [{ id: 3480, countryId: 220, name: 'Київ', code: 'UA-30' }],
  })
  await saveCategories(ctx, account, [
    { id: 20, parentId: null, name: 'Desktops' },
    { id: 26, parentId: 20, name: 'PC' },
  ])
  await saveGoods(ctx, account, goods)
  await setNextNumber(ctx, account, 'order', 12)
  await placeOrderOf(ctx, account, recordedOrder, 1)
  const credential = await addCredential(ctx, account, {
    dialect: 'opencart',
    kind: 'key',
    publicPart: erpLogin.username,
    secret: erpLogin.key,
    ...options,
  })
  return { account, credentialId: credential.id }
}

const goods = [
  {
    code: 'mug',
    sku: 'KR-01',
    title: 'Кружка',
    price: 1_500_000n,
    stock: 9,
    categoryIds: [20, 26],
    terms: { image: 'catalog/kr01.jpg', weight: '0.4' },
  },
  {
    code: 'tea',
    sku: 'CHAI-250',
    title: 'Чай "Earl"',
    price: 1_555_000n,
    terms: { weight: '250', weightUnit: 'g', manufacturer: 'Lipa' },
  },
]

const home = {
  firstName: 'Олена',
  lastName: 'Коваль',
  line1: 'вул. Франка, 1',
  city: 'Київ',
  postcode: '01001',
  country: 'Ukraine',
  countryCode: 'UA',
  region: 'Київ',
}

const recordedOrder: Partial<OrderContent> = {
  dialect: 'opencart',
  buyer: {
    email: 'olena@example.test',
    firstName: 'Олена',
    lastName: 'Коваль',
    phone: '+380501112233',
  },
  billing: home,
  shipping: home,
  currency: 'UAH',
  lines: [
    aLine({
      productId: 1,
      code: 'mug',
      article: 'KR-01',
      title: 'Кружка',
      quantity: 2,
      unitPrice: 1_500_000n,
      options: [{ name: 'Колір', value: 'синій' }],
    }),
    aLine({
      position: 2,
      productId: 2,
      code: 'tea',
      article: 'CHAI-250',
      title: 'Чай "Earl"',
      unitPrice: 1_555_000n,
    }),
  ],
  total: 4_555_000n,
  paymentMethod: 'Оплата при доставці',
  paymentCode: 'cod',
  shippingMethod: 'Нова Пошта',
  shippingCode: 'flat.flat',
  comment: 'Дзвонити після 18',
  ip: '192.0.2.10',
  fields: { opencart: { user_agent: 'Mozilla/5.0', accept_language: 'uk' } },
  createdAt: recordedAt,
}

/** An order as a checkout would place it, on a status or on none; gives its number. */
export async function placeOrderOf(
  ctx: Context,
  account: Account,
  content: Partial<OrderContent> = {},
  statusId?: number,
): Promise<number> {
  const status = (await shopOf(ctx, account)).statuses.find(({ id }) => id === statusId)
  const { number } = await placeCheckout(ctx, account, { author: operator }, async () => ({
    content: { ...anOrderOf(), createdAt: ctx.now(), payKey: ctx.newKey(8), ...content },
    uses: [],
    vouchers: [],
    status,
    next: () => emptyCheckout,
  }))
  return number
}

export async function moveOrder(
  ctx: Context,
  account: Account,
  number: number,
  status: number,
): Promise<void> {
  const shop = await shopOf(ctx, account)
  await setOrderStatus(ctx, account, shop, { number, status, comment: '', author: operator })
}

/** What an accounting system asks, with its token. */
export type ErpClient = {
  readonly token: string
  /** Form-encoded; a POST where there are fields. */
  readonly call: (
    method: string,
    fields?: Readonly<Record<string, unknown>>,
    // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  ) => Promise<any>
}

/** Logs in; fields that are no texts are sent as JSON. */
export async function erpClient(
  url: string,
  { login }: Account,
  { username = erpLogin.username, key = erpLogin.key } = {},
): Promise<ErpClient> {
  const base = `${url}/opencart/${login}/index.php?route=`
  const ask = async (route: string, fields: Readonly<Record<string, unknown>>) => {
    const texts = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
    const answer = await fetch(
      `${base}${route}`,
      texts.length === 0
        ? {}
        : { method: 'POST', body: new URLSearchParams(texts as [string, string][]) },
    )
    return JSON.parse(await answer.text())
  }
  const { api_token: token } = await ask('api/login', { username, key })
  if (token === undefined) throw new Error('the login failed')
  return {
    token,
    call: (method, fields = {}) => ask(`api/zstore/${method}&api_token=${token}`, fields),
  }
}
