import { describe, expect, it } from 'vitest'
import { levelsOf } from '../../core/checkouts.ts'
import { useGateway } from '../../support/gateway.ts'
import { act, confirm } from '../mintsoft/warehouse.ts'
import { aMarket, aPaid, type Market, tell } from './market.ts'

const gateway = useGateway()

const mugs = async ({ account }: Market) => (await levelsOf(gateway().ctx, account)).mug
const byWarehouse = ({ feed }: Market, stocklevel: number) =>
  act(feed, { action: 'stocksync', sku: 'MUG-01', stocklevel: String(stocklevel) })
const byAccounting = ({ zstore }: Market, level: number) =>
  zstore.call('updatequantity', { data: { 'MUG-01': String(level) } })
const byAccountingAnew = ({ zstore }: Market, quantity: number) =>
  zstore.call('addproducts', { data: [{ name: 'Mug', sku: 'MUG-01', quantity, price: 12.9 }] })
const byMiddleware = ({ middleware }: Market, quantity: number) =>
  middleware.post('api/product/quantity', { sku: 'MUG-01', quantity })
/** How many calls the log says to have left the levels as they were. */
const passedOver = ({ account }: Market) =>
  gateway()
    .logText()
    .split('\n')
    .filter((line) => line.includes(`"${account.login}"`))
    .filter((line) => line.includes('stock is taken from another dialect')).length

describe('two that set stock levels', () => {
  it('both count with stock-source any: the last one wins, and orders take from it', async () => {
    const market = await aMarket(gateway())
    await byWarehouse(market, 50)
    expect(await mugs(market)).toBe(50)
    expect(await byAccounting(market, 40)).toEqual({ error: '' })
    expect(await mugs(market)).toBe(40)
    const number = await aPaid(market)
    expect(await mugs(market)).toBe(39)
    await byWarehouse(market, 45)
    expect(await mugs(market)).toBe(45)
    await tell(market, number, 'cancel')
    expect(await mugs(market)).toBe(46)
  })

  it.each([
    ['mintsoft', 50],
    ['opencart', 30],
  ] as const)(
    'hear success with stock-source %s, and its own levels alone count',
    async (stockSource, level) => {
      const market = await aMarket(gateway(), { stockSource })
      await byWarehouse(market, 50)
      expect(await byAccounting(market, 40)).toEqual({ error: '' })
      expect(await byAccountingAnew(market, 20)).toEqual({ error: '' })
      await byMiddleware(market, 30)
      if (stockSource === 'opencart') await byWarehouse(market, 99)
      expect(await mugs(market)).toBe(level)
      expect(passedOver(market)).toBe(stockSource === 'mintsoft' ? 3 : 2)
    },
  )

  it('never undo what orders took: the level of a stranger changes nothing, and a cancelled order gives back', async () => {
    const market = await aMarket(gateway(), { stockSource: 'mintsoft' })
    await byWarehouse(market, 50)
    const number = await aPaid(market)
    await confirm(market.feed, number)
    await byAccounting(market, 12)
    expect(await mugs(market)).toBe(49)
    await tell(market, number, 'cancel')
    expect(await mugs(market)).toBe(50)
  })
})
