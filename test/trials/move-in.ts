import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PhpLines, startPhpLines } from '../clients/php-lines.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import type { Shop } from '../support/signed-call.ts'
import { timed } from './backup.ts'
import { firstOld, type OldOrder, oldOrder, writeOldShop } from './move-in-shop.ts'

type Env = Readonly<Record<string, string>>

export type MoveInOptions = {
  readonly env: Env
  /** A directory for the files of the old shop. */
  readonly place: string
  readonly orders: number
  readonly report?: (line: string) => void
}

export type MoveInFigures = {
  fileMb: number
  /** Of the first and of the second run. */
  seconds: [number, number]
  peakMb: [number, number]
  added: [number, number]
  same: [number, number]
  /** Orders that the unmodified client reads otherwise than they were made, and how many it read. */
  differing: string[]
  read: number
  /** Numbers that a warehouse or an order manager was shown. */
  shown: string[]
  nextNumber: number
}

type Counts = { readonly added: number; readonly same: number }

const guid = '6f1c1f3e-8a54-4c0e-9d67-2f5b7e0a9c01'
const password = 'a-made-up-password'

/**
 * Moves a made-up shop in twice by the real command, then asks the gateway as its callers do: the
 * vendor's own PHP for the old orders, Mintsoft and ShopSite for what they must not see.
 */
export async function moveInTrial(options: MoveInOptions): Promise<MoveInFigures> {
  const { place, orders } = options
  const env = { ...options.env, LOG_LEVEL: 'error' }
  const shop = await aShop(env, place)
  const file = join(place, 'old-shop.json')
  await writeOldShop(file, orders)
  const runs: (Counts & { readonly seconds: number; readonly peakMb: number })[] = []
  for (const turn of ['first', 'second']) {
    const run = await timed(['import', 'orders', shop.login, file, '--json'], env)
    options.report?.(`${turn} run ${run.seconds.toFixed(1)} s, ${run.peakMb.toFixed(0)} MB`)
    runs.push({ ...run, ...(JSON.parse(run.stdout) as Counts) })
  }
  const both = <K extends 'seconds' | 'peakMb' | 'added' | 'same'>(name: K) =>
    runs.map((run) => run[name]) as [number, number]
  const gateway = await startGatewayProcess(env)
  const php = startPhpLines('vendor-flow.php', { withCurl: true })
  try {
    const call = caller(php, gateway, shop)
    return {
      fileMb: (await stat(file)).size / 1e6,
      seconds: both('seconds'),
      peakMb: both('peakMb'),
      added: both('added'),
      same: both('same'),
      ...(await compare(call, orders)),
      shown: [...(await mintsoftList(gateway, shop)), ...(await shopsiteOrders(gateway, shop))],
      nextNumber: await placeOne(call),
    }
  } finally {
    await php.stop()
    await gateway.end('SIGTERM')
  }
}

async function aShop(env: Env, place: string): Promise<Shop> {
  const login = 'moved-in'
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(args, env)
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
    return stdout
  }
  const added = JSON.parse(await run('account', 'add', login, '--json'))
  await run('account', 'set', login, 'currency=RUB', 'timezone=Europe/Moscow')
  const goods = join(place, 'goods.csv')
  await writeFile(goods, 'code,title,price,type,stock\nmug,Кружка,12.90,physical,100\n')
  await run('product', 'import', login, goods)
  const add = ['credential', 'add', login, '--dialect']
  await run(...add, 'mintsoft', '--secret', guid)
  for (const mode of ['released', 'placed']) {
    const kind = ['--kind', 'basic', '--public', mode, '--secret', password]
    await run(...add, 'shopsite', ...kind, '--set', `orders=${mode}`)
  }
  return { login, secret: added.influencersoft.secret }
}

type Call = (name: string, data: Readonly<Record<string, unknown>>) => Promise<unknown>

/** The vendor's script, which also looks at the answer's hash. */
function caller(php: PhpLines, { url }: GatewayProcess, { login, secret }: Shop): Call {
  return async (name, data) => {
    const address = `${url}/influencersoft/${login}/api/${name}`
    const answer = (await php.ask({ address, user: login, key: secret, data })) as {
      trusted: boolean
      code: number
      text: string
      result: unknown
    }
    if (!answer.trusted || answer.code !== 0)
      throw new Error(`${name}: ${answer.code} ${answer.text}`)
    return answer.result
  }
}

/** What a client reads of an order that it must read as it was. */
const told = [
  ...['id', 'first_name', 'last_name', 'email', 'phone', 'city', 'country', 'address', 'region'],
  ...[
    'postalcode',
    'created',
    'pay_status',
    'paid',
    'payway',
    'comment',
    'domain',
    'link',
    'price',
  ],
  ...['tag', 'good_count', 'sent', 'rpo', 'delivery_status'],
] as const

const wordsOf = (order: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([
    ...told.map((name) => String(order[name])),
    ...(order.items as OldOrder['items']).map(({ id, sum }) => [id, sum]),
  ])

async function compare(call: Call, orders: number) {
  const differing: string[] = []
  const look = (seen: Readonly<Record<string, unknown>>) => {
    const made = wordsOf(oldOrder(Number(seen.id) - firstOld))
    if (wordsOf(seen) !== made) differing.push(`${made} is read as ${wordsOf(seen)}`)
  }
  let read = 0
  for (let at = 0; at < orders; at += Math.ceil(orders / 50)) {
    look((await call('getOrderDetails', { bill_id: firstOld + at })) as Record<string, unknown>)
    read += 1
  }
  const days = [Number(oldOrder(0).created), Number(oldOrder(orders - 1).created)]
  const [begin_date, end_date] = days.map(dayOf)
  const list = (await call('getOrdersWithGoods', { begin_date, end_date })) as OldOrder[]
  for (const order of list) look(order)
  const sum = (all: readonly OldOrder[]) =>
    all.reduce((cents, { price }) => cents + Math.round(Number(price) * 100), 0)
  const made = Array.from({ length: orders }, (_, at) => oldOrder(at))
  if (list.length !== orders) differing.push(`${list.length} of ${orders} orders are listed`)
  if (sum(list) !== sum(made)) differing.push(`the sum is ${sum(list)}, not ${sum(made)}`)
  return { differing, read: read + list.length }
}

/** `dd.mm.yyyy` in Moscow. */
function dayOf(seconds: number): string {
  const [year, month, day] = new Date((seconds + 3 * 3600) * 1000)
    .toISOString()
    .slice(0, 10)
    .split('-')
  return `${day}.${month}.${year}`
}

async function mintsoftList({ url }: GatewayProcess, { login }: Shop): Promise<string[]> {
  const answer = await fetch(`${url}/mintsoft/${login}?APIKEY=${guid}`)
  const list = (await answer.json()) as { OrderNumber: string }[]
  return list.map(({ OrderNumber }) => `Mintsoft ${OrderNumber}`)
}

async function shopsiteOrders({ url }: GatewayProcess, { login }: Shop): Promise<string[]> {
  const shown: string[] = []
  for (const mode of ['released', 'placed']) {
    const authorization = `Basic ${Buffer.from(`${mode}:${password}`).toString('base64')}`
    const address = `${url}/shopsite/${login}/db_xml.cgi?dbname=orders&startorder=1&version=12.0`
    const answer = await fetch(address, { headers: { authorization } })
    const text = await answer.text()
    if (!text.includes('<ResponseCode>')) throw new Error(`ShopSite: ${text.slice(0, 200)}`)
    for (const found of text.matchAll(/<OrderNumber>(\d+)/g)) shown.push(`${mode} ${found[1]}`)
  }
  return shown
}

async function placeOne(call: Call): Promise<number> {
  const order = { goods: [{ good_name: 'mug' }], bill_email: 'new@example.com' }
  const buyer = { bill_first_name: 'A', bill_surname: 'B', bill_country: 'C', bill_city: 'D' }
  const placed = await call('CreateOrder', { ...order, ...buyer, bill_address: 'E' })
  return Number((placed as { bill_id: number }).bill_id)
}
