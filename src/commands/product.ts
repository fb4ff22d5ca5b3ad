import type { Command } from 'commander'
import { listGoods } from '../core/goods.ts'
import { exactMoney } from '../model/money.ts'
import { type CommandLine, withAccount } from './command-line.ts'
import { printPages } from './output.ts'
import { type ImportOptions, importProducts } from './product-import.ts'
import { setProduct } from './product-set.ts'
import { showProduct } from './product-show.ts'

export function addProductCommands(program: Command, line: CommandLine): void {
  const group = program.command('product').description("an account's catalogue")
  group
    .command('import <login> <file>')
    .description('add or change products by code, from CSV or JSON; - reads standard input')
    .option('--skip-bad', 'leave bad rows out (default: one bad row, and nothing is imported)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
CSV has a header line; the delimiter is a comma, a semicolon or a tab. Columns, of which only
code is required: id, code, title, price, type (physical or digital), stock,
category (several with |), sku, model, enabled (yes or no). An empty cell leaves the product as
it is. JSON is a list of objects with the same names, or an answer of GetAllGoods; its ids stay.`,
    )
    .action((login: string, file: string, options: ImportOptions) =>
      importProducts(line, login, file, options),
    )
  group
    .command('set <login> <code> [name=value...]')
    .description('change one product: title, price, type, stock, category, sku, model, enabled')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  countersign product set demo mug enabled=yes price=12.90
  countersign product set demo shirt "article[Size=XL; Colour=red]=TS-XL-RED"

article[option=value] is what a warehouse calls the product with these options; lines of orders
that are placed from then on have it. Of several that fit, the one with most options counts.
Nothing after the last equals sign takes it away.`,
    )
    .action((login: string, code: string, texts: string[], options: { readonly json?: boolean }) =>
      setProduct(line, login, code, texts, options),
    )
  group
    .command('show <login> <code>')
    .description('one product, with the articles of its options')
    .option('--json', 'print JSON')
    .action((login: string, code: string, options: { readonly json?: boolean }) =>
      showProduct(line, login, code, options),
    )
  group
    .command('list <login>')
    .description('every product')
    .option('--json', 'print JSON')
    .action((login: string, { json = false }: { readonly json?: boolean }) =>
      printProducts(line, login, json),
    )
}

function printProducts(line: CommandLine, login: string, json: boolean): Promise<void> {
  return withAccount(line, login, async ({ ctx }, account) => {
    await printPages(line, listGoods(ctx, account), {
      json,
      toJson: (product) => ({ ...product, price: exactMoney(product.price) }),
      titles: ['id', 'code', 'title', 'price', 'type', 'stock', 'article', 'state'],
      toRow: (product) => [
        String(product.id),
        product.code,
        product.title,
        exactMoney(product.price),
        product.type,
        product.stock === null ? '-' : String(product.stock),
        product.article,
        product.enabled ? '' : 'off',
      ],
      none: `"${login}" has no products; see: countersign product import --help`,
    })
  })
}
