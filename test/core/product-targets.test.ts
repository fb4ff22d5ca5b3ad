import { expect, it } from 'vitest'
import { refusedUrls } from '../../src/core/product-targets.ts'

const policy = { allowHttp: false, openRanges: [], unsafeTargets: false }
const naming = (...urls: (string | null)[]) => [
  { endpoints: urls.map((url) => ({ format: 'standard', types: [], url })) },
]
const never = () => new Promise<never>(() => undefined)

it('nothing is asked for products that name no URL', async () => {
  expect(await refusedUrls([{}, ...naming(null)], policy, never)).toEqual(new Map())
})

it('a URL is refused with the reason, once, beside others that are not', async () => {
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return host === 'inside.example.com' ? ['10.0.0.7'] : ['93.184.215.14']
  }
  const [inside, outside] = ['https://inside.example.com/a', 'https://outside.example.com/']
  const changes = [...naming(inside, outside, 'ftp://x'), ...naming(inside)]
  const refusals = await refusedUrls(changes, policy, resolve)
  expect([...refusals.keys()].sort()).toEqual(['ftp://x', inside])
  expect(refusals.get(inside)).toContain('10.0.0.7')
  expect(asked.sort()).toEqual(['inside.example.com', 'outside.example.com'])
})

it('a name that does not resolve is let through: sending asks again', async () => {
  const unknown = async () => {
    throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })
  }
  expect(await refusedUrls(naming('https://shop.example.com/'), policy, unknown)).toEqual(new Map())
})

it('name servers that do not answer hold nobody up, and hide no other reason', async () => {
  const changes = naming('https://shop.example.com/', 'https://10.0.0.7/')
  const refusals = await refusedUrls(changes, policy, never)
  expect([...refusals.keys()]).toEqual(['https://10.0.0.7/'])
})
