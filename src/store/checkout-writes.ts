import type { BatchWrites } from './batch-writes.ts'
import { moneyText } from './columns.ts'

export function sessionRow(session: BatchWrites['sessions'][number]): object {
  const { key, expiresAt, ...rest } = session
  return {
    ...rest,
    key: `\\x${key.toString('hex')}`,
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

/**
 * Moves of named allowances, of all that an order has used where its stock moves, and of vouchers
 * that were sold before and are sold for another amount now.
 */
export function allowanceRows({ allowances, stock, vouchers }: BatchWrites): object[] {
  const ofOrders = stock.flatMap((move) =>
    'number' in move && move.linesOnly === undefined
      ? [{ accountId: move.accountId, number: move.number, delta: String(move.delta) }]
      : [],
  )
  const sold = vouchers.map(({ accountId, number, code, amount }) => ({
    accountId,
    kind: 'voucher',
    key: code,
    sold: number,
    delta: moneyText(amount),
  }))
  const named = allowances.map((move) => ({ ...move, delta: moneyText(move.delta) }))
  return [...named, ...ofOrders, ...sold]
}

export function voucherRow(voucher: BatchWrites['vouchers'][number]): object {
  return {
    ...voucher,
    amount: moneyText(voucher.amount),
    at: new Date(voucher.at).toISOString(),
  }
}
