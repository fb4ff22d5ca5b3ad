import { expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { flood, warningsIn } from '../crowd.ts'
import { aReleased, aShop, get, guid } from './client.ts'

const gateway = useGateway()

it('1,000 wrong keys hear one text, while no right call is refused', async () => {
  const shop = await aShop(gateway())
  const number = await aReleased(gateway(), shop)
  const { account, credential } = shop
  let over = false
  const address = `${gateway().url}/mintsoft/${account.login}?APIKEY=${guid(9)}`
  const wrong = flood(1000, () => fetch(address)).finally(() => {
    over = true
  })
  const right: unknown[] = []
  while (!over) right.push((await get(gateway(), shop)).json[0]?.OrderNumber)
  expect(new Set(await wrong)).toEqual(new Set(['200 "API KEY INVALID"']))
  expect(new Set(right)).toEqual(new Set([String(number)]))
  expect(warningsIn(gateway().logText())).toMatchObject([
    { dialect: 'mintsoft', account: account.login, from: '127.0.0.1', perMinute: 30 },
  ])
  expect(gateway().logText()).not.toContain(credential.secret)
})
