import { findCheckoutProducts } from '../core/catalogue.ts'
import { findGood } from '../core/goods.ts'
import { exactMoney } from '../model/money.ts'
import { type CommandLine, withAccount } from './command-line.ts'
import { alignedLines, namedLines, printJson } from './output.ts'
import { optionsText } from './product-options.ts'

/** One product with its options, and what a warehouse calls each of its variants. */
export async function showProduct(
  line: CommandLine,
  login: string,
  code: string,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  await withAccount(line, login, async ({ ctx }, account) => {
    const good = await findGood(ctx, account, code)
    const terms = (await findCheckoutProducts(ctx, account, [good.id])).get(good.id)?.terms
    const { options = [], optionArticles = [] } = terms ?? {}
    const choices = options.map(({ name, values }) => ({
      name,
      values: values.map((value) => value.name),
    }))
    if (json) {
      const { fields: _fields, ...shown } = good
      const price = exactMoney(good.price)
      return printJson(line, { ...shown, price, options: choices, optionArticles })
    }
    const values: (readonly [string, string])[] = [
      ['id', String(good.id)],
      ['code', good.code],
      ['title', good.title],
      ['price', exactMoney(good.price)],
      ['type', good.type],
      ['stock', good.stock === null ? '' : String(good.stock)],
      ['article', good.article],
      ['state', good.enabled ? 'on sale' : 'off'],
      ...choices.map((one) => [`option ${one.name}`, one.values.join(', ') || 'text'] as const),
    ]
    for (const text of namedLines(values.filter(([, value]) => value !== ''))) line.print(text)
    if (optionArticles.length === 0) return
    const rows = optionArticles.map(({ options: of, article }) => [article, optionsText(of)])
    for (const text of ['', ...alignedLines(['article', 'with'], rows)]) line.print(text)
  })
}
