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

/** Moves of named allowances, and of all that an order has used where its stock moves. */
export function allowanceRows({ allowances, stock }: BatchWrites): object[] {
  const ofOrders = stock.flatMap((move) =>
    'number' in move && move.linesOnly === undefined
      ? [{ accountId: move.accountId, number: move.number, delta: String(move.delta) }]
      : [],
  )
  return [...allowances.map((move) => ({ ...move, delta: moneyText(move.delta) })), ...ofOrders]
}

export function voucherRow(voucher: BatchWrites['vouchers'][number]): object {
  return {
    ...voucher,
    amount: moneyText(voucher.amount),
    at: new Date(voucher.at).toISOString(),
  }
}
