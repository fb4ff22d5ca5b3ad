import { accountSettingsSchema } from '../model/account.ts'
import { fromLocalTime, toLocalTime } from '../model/local-time.ts'
import { exactMoney } from '../model/money.ts'
import type { Instant } from '../model/order.ts'
import { sumCalls } from '../store/call-counts.ts'
import {
  claimDay,
  type DayAccount,
  listDayAccounts,
  readDayNotices,
  readDayOrders,
  type Stretch,
} from '../store/daily-lines.ts'
import type { Context } from './context.ts'
import { loggable } from './loggable.ts'

type Log = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** After midnight: gateways that count calls have written the last ones by then. */
const graceMs = 60_000

/** In one go; housekeeping has other things to do. */
const mostAtOnce = 20

/** Looking through a day of a large account takes its time. */
const deadlineMs = 30_000

/**
 * One line in the log about each account's last day, by one gateway alone, soon after midnight of
 * the account's zone. Days that passed while no gateway ran are not made up for. True: there are
 * more to write.
 */
export async function writeDailyLines(ctx: Context, log: Log): Promise<boolean> {
  const { sql, inTime } = ctx.database
  const accounts = await inTime(() => listDayAccounts(sql))
  const due = accounts.flatMap((account) => {
    const last = lastDay(ctx.now() - graceMs, zoneOf(account))
    const isTold = account.toldDay !== null && account.toldDay >= last.day
    return isTold || account.createdAt >= last.to ? [] : [{ account, ...last }]
  })
  for (const { account, day, ...stretch } of due.slice(0, mostAtOnce)) {
    try {
      const fields = await describeDay(ctx, account.id, stretch)
      // Read before it is claimed: else a gateway that dies in between would take the line along.
      const isFirst = await inTime(() => claimDay(sql, account.id, day))
      if (isFirst) log.info({ account: account.login, day, ...fields }, 'day')
    } catch (error) {
      // The others are told of all the same.
      const whose = { account: account.login, day }
      log.warn({ ...loggable(error), ...whose }, 'the line of a day failed; it is tried again')
    }
  }
  return due.length > mostAtOnce
}

function zoneOf({ settings }: DayAccount): string {
  return accountSettingsSchema.parse(settings).timezone
}

/** The day before the one that `at` lies in, by the clocks of that zone. */
export function lastDay(at: Instant, timezone: string): { day: string } & Stretch {
  const { year, month, day } = toLocalTime(at, timezone)
  const midnight = { hour: 0, minute: 0, second: 0 }
  const before = new Date(Date.UTC(year, month - 1, day - 1))
  const [yesterday = ''] = before.toISOString().split('T')
  const date = {
    year: before.getUTCFullYear(),
    month: before.getUTCMonth() + 1,
    day: before.getUTCDate(),
  }
  return {
    day: yesterday,
    from: fromLocalTime({ ...date, ...midnight }, timezone),
    to: fromLocalTime({ year, month, day, ...midnight }, timezone),
  }
}

async function describeDay(ctx: Context, accountId: number, stretch: Stretch): Promise<object> {
  const { sql, inTime } = ctx.database
  const calls = await inTime(() => sumCalls(sql, accountId, stretch))
  const orders = await inTime(() => readDayOrders(sql, accountId, stretch), { deadlineMs })
  const notices = await inTime(() => readDayNotices(sql, accountId, stretch), { deadlineMs })
  const { placed, sums, paid, sent, cancelled } = orders
  return {
    calls: Object.fromEntries(calls.map(({ dialect, ...counts }) => [dialect, counts])),
    placed,
    sums: Object.fromEntries(sums.map(({ currency, sum }) => [currency, exactMoney(sum)])),
    paid,
    sent,
    cancelled,
    notices: { delivered: notices.delivered, dead: notices.dead },
    attention: notices.attention,
  }
}
