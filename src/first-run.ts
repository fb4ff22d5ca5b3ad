import { makeCredential } from './commands/make-credential.ts'
import { addAccount, listAccounts } from './core/accounts.ts'
import type { Context } from './core/context.ts'
import { saveGoods } from './core/goods.ts'
import { placeOrder } from './core/place-order.ts'
import type { Dialect } from './dialects/dialect.ts'
import { isFailure } from './model/failure.ts'
import { parseMoney } from './model/money.ts'
import type { ProductChange } from './model/product.ts'

const demoGoods: readonly ProductChange[] = [
  { code: 'invoice', title: 'Invoice template pack', price: parse('1500'), type: 'digital' },
  { code: 'sales', title: 'Sales letters that work', price: parse('990'), type: 'digital' },
  { code: 'payment', title: 'Payment for training', price: parse('258.50'), type: 'digital' },
  { code: 'mug', title: 'Stoneware mug', price: parse('12.90'), type: 'physical', sku: 'MUG-01' },
  { code: 'lamp', title: 'Desk lamp', price: parse('21.50'), type: 'physical', sku: 'LAMP-01' },
  { code: 'poster', title: 'Poster, A2', price: parse('9'), type: 'physical', sku: 'POST-A2' },
]

function parse(price: string): bigint {
  return parseMoney(price) ?? 0n
}

/**
 * On an empty database: the account `demo`, six products and the vendor's own example order,
 * and one signed call to paste. Later starts print nothing of the kind.
 */
export async function greetFirstRun(
  ctx: Context,
  dialects: readonly Dialect[],
  publicUrl: string,
  print: (line: string) => void,
): Promise<void> {
  if ((await listAccounts(ctx)).length > 0) return
  const account = await addAccount(ctx, 'demo').catch((error: unknown) => {
    // Another gateway on the same empty database was quicker.
    if (isFailure(error, 'invalid-input')) return undefined
    throw error
  })
  if (account === undefined) return
  await saveGoods(ctx, account, demoGoods)
  const order = await placeOrder(ctx, account, {
    author: { via: 'operator', credentialId: null },
    buyer: { email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' },
    billing: { line1: '9 Mill Lane', city: 'Alton', country: 'United States', postcode: '62002' },
    lines: [
      { code: 'mug', quantity: 1 },
      { code: 'lamp', quantity: 1 },
    ],
    callBytes: null,
  })
  print('This is the first run: there is an account "demo" now, with six products and one order.')
  for (const dialect of dialects) {
    for (const kind of dialect.credentialKinds.filter(({ byDefault }) => byDefault)) {
      const wish = { dialect, kind, secret: undefined }
      const credential = await makeCredential({ ctx }, account, wish)
      const tried = dialect.tryOut?.(order.number)
      if (dialect.sign === undefined || tried === undefined) continue
      const baseUrl = `${publicUrl}/${dialect.name}/${account.login}`
      const { curl } = dialect.sign({ account, credential, baseUrl, ...tried })
      print(`Its key for ${dialect.title}, shown this once: ${credential.secret}`)
      print(`Try ${tried.functionName} on order ${order.number}, signed:\n\n${curl}\n`)
    }
  }
}
