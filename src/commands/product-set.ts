import { findGood, saveGoods } from '../core/goods.ts'
import { type CommandLine, mistake, withAccount } from './command-line.ts'
import { plain, printJson } from './output.ts'
import { parsePairs } from './pairs.ts'
import { readProductRow } from './product-change.ts'
import { takeOptionArticles } from './product-options.ts'
import { isProductField, type ProductField } from './product-rows.ts'

/** Changes one product; an empty value leaves a field as it is, but takes an option's article away. */
export async function setProduct(
  line: CommandLine,
  login: string,
  code: string,
  texts: readonly string[],
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const { changes: optionArticles, others } = takeOptionArticles(texts)
  const values = new Map<ProductField, string>([['code', code]])
  for (const [name, value] of parsePairs(others)) {
    if (!isProductField(name) || name === 'id' || name === 'code') {
      throw mistake(
        `"${name}" cannot be set; title, price, type, stock, category, sku, model, enabled and ` +
          'article[option=value] can',
      )
    }
    values.set(name, value)
  }
  if (values.size === 1 && optionArticles.length === 0) {
    throw mistake('nothing to set; write enabled=yes, price=12.90 …')
  }
  const read = readProductRow({ where: code, values })
  if ('reason' in read) throw mistake(`nothing was changed: ${read.reason}`)
  await withAccount(line, login, async ({ ctx }, account) => {
    await findGood(ctx, account, code)
    const [outcome] = await saveGoods(ctx, account, [
      optionArticles.length === 0 ? read.change : { ...read.change, optionArticles },
    ])
    if (json) printJson(line, { login, code, outcome })
    else
      line.print(plain(outcome === 'same' ? `"${code}" is so already.` : `"${code}" is changed.`))
  })
}
