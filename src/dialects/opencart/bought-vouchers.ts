import type { Context } from '../../core/context.ts'
import type { BoughtVoucher, Checkout } from '../../model/checkout.ts'
import { Failure } from '../../model/failure.ts'
import { formatMoney, type Money, parseMoney } from '../../model/money.ts'
import { shareOf } from '../../model/proportion.ts'
import type { Currency, Shop } from '../../model/shop.ts'
import { text } from '../../wire/tree.ts'
import { hasLength, isEmail, wrongEmail } from './buyer-form.ts'
import { moneyText } from './money-text.ts'
import { fields, type OpencartRequest } from './request.ts'

type Get = (name: string) => string | undefined

const mostVouchers = 200
/** Vouchers are found by their codes, and an index holds no long ones. */
const longestCode = 64
const wholeRate = 100_000_000n

/** How a version words what is bought. */
export type VoucherTitle = 'Gift Certificate' | 'Gift certificate'

/**
 * `voucher[n][…]`, undefined if no such list came; incomplete entries are left out. Amounts stand
 * in the account's currency, as the cart gives them back. `currency`: of the description.
 */
export function readVoucherList(
  request: OpencartRequest,
  currency: Currency,
): readonly BoughtVoucher[] | undefined {
  const entries = fields(request, 'voucher')
  if (entries === undefined) return undefined
  if (entries.size > mostVouchers) throw tooMany()
  return [...entries.values()].flatMap((entry) => {
    if (typeof entry === 'string') return []
    const get: Get = (name) => text(entry, name)
    const code = get('code')?.trim() ?? ''
    if (code.length > longestCode) throw refusedCode()
    const amount = parseMoney(get('amount') ?? '')
    const isWhole = needed.every((name) => get(name) !== undefined)
    // Of less than nothing an order would become cheaper.
    if (!isWhole || code === '' || amount === undefined || amount <= 0n) return []
    const made = { code, isNumber: false, amount, currency, title: 'Gift Certificate' } as const
    return [voucherOf(get, made)]
  })
}

const needed = ['from_name', 'from_email', 'to_name', 'to_email', 'voucher_theme_id', 'message']

/**
 * The single form, its amount in the currency in use (contract §4.6); texts of what is wrong by
 * field.
 */
export function readVoucherForm(
  ctx: Context,
  get: Get,
  shop: Shop,
  currency: Currency,
  title: VoucherTitle = 'Gift Certificate',
): { readonly errors: ReadonlyMap<string, string>; readonly voucher: BoughtVoucher } {
  const said = parseMoney(get('amount') ?? '') ?? 0n
  const amount = inOwnCurrency(said, currency)
  const { voucherMinimum: least, voucherMaximum: most } = shop
  const errors = new Map<string, string>()
  const check = (name: string, isGood: boolean, wrong: string) => {
    if (!isGood) errors.set(name, wrong)
  }
  check('from_name', hasLength(get('from_name') ?? '', 1, 64), wrongFromName)
  check('from_email', isEmail(get('from_email') ?? ''), wrongEmail)
  check('to_name', hasLength(get('to_name') ?? '', 1, 64), wrongToName)
  check('to_email', isEmail(get('to_email') ?? ''), wrongEmail)
  check(
    'amount',
    amount >= least && amount <= most,
    `Amount must be between ${moneyText(least, currency)} and ${moneyText(most, currency)}!`,
  )
  const made = { code: newCode(ctx), isNumber: true, amount, currency, title }
  return { errors, voucher: voucherOf(get, made) }
}

const wrongFromName = 'Your Name must be between 1 and 64 characters!'
const wrongToName = "Recipient's Name must be between 1 and 64 characters!"

/** Puts one more bought voucher into the cart. */
export function addVoucher(checkout: Checkout, voucher: BoughtVoucher): Checkout {
  if (checkout.vouchers.length >= mostVouchers) throw tooMany()
  return { ...checkout, vouchers: [...checkout.vouchers, voucher] }
}

function refusedCode(): Failure {
  return new Failure('invalid-input', { reason: `a voucher code over ${longestCode} characters` })
}

function tooMany(): Failure {
  return new Failure('invalid-input', { reason: `over ${mostVouchers} vouchers in the cart` })
}

function voucherOf(
  get: Get,
  made: {
    readonly code: string
    readonly isNumber: boolean
    readonly amount: Money
    readonly currency: Currency
    readonly title: VoucherTitle
  },
): BoughtVoucher {
  const { code, isNumber, amount, currency, title } = made
  const toName = get('to_name') ?? ''
  return {
    code,
    codeIsNumber: isNumber,
    description: `${moneyText(amount, currency)} ${title} for ${toName}`,
    fromName: get('from_name') ?? '',
    fromEmail: get('from_email') ?? '',
    toName,
    toEmail: get('to_email') ?? '',
    themeId: get('voucher_theme_id') ?? '',
    message: get('message') ?? '',
    amount: formatMoney(amount, 4),
  }
}

/** An amount that was said in a currency, in the account's own. */
function inOwnCurrency(amount: Money, { rate }: Currency): Money {
  const [whole = '', fraction = ''] = rate.split('.')
  return shareOf(amount, wholeRate, BigInt(whole + fraction.padEnd(8, '0')))
}

/** A whole number of at most 31 bits, for clients that keep it in an int. */
function newCode(ctx: Context): string {
  const bytes = Buffer.from(ctx.newKey(4), 'base64url')
  return String(1_000_000_000 + (bytes.readUInt32BE() % 1_147_483_647))
}
