import type { Command } from 'commander'
import type { CommandLine } from './command-line.ts'
import { addAccountImport } from './import-account.ts'
import { importOpencart, type StoreImportOptions } from './import-opencart.ts'
import { addOrdersImport } from './import-orders.ts'

export function addImportCommands(program: Command, line: CommandLine): void {
  const group = program
    .command('import')
    .description('bring a whole store or account in, with its numbers')
  group
    .command('opencart <login> <file>')
    .description('from the JSON description of an OpenCart store; - reads standard input')
    .option('--stock', 'set the levels of products that are there already, too')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Every part of the file may be left out: store, api_users, products, categories, customer_groups,
customers, coupons, vouchers, voucher_themes, currencies, shipping_methods, payment_methods,
order_statuses, tax (rates, rules, geo_zones), countries, zones. Others are passed over.
One bad row, and nothing is imported. The same file again changes nothing: what orders have used
of stock, coupons, vouchers and points stays used.
An API user becomes a key of the dialect opencart. Without addresses it works from anywhere, where
OpenCart would refuse everyone; with status 0 it gets no key, and one that it has ends.`,
    )
    .action((login: string, file: string, options: StoreImportOptions) =>
      importOpencart(line, login, file, options),
    )
  addOrdersImport(group, line)
  addAccountImport(group, line)
}
