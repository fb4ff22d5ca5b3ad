import type { Context } from '../core/context.ts'
import { credentialsOf } from '../core/credentials.ts'
import { attentionOf, commentsOf, historyOf, takingsOf } from '../core/find-order.ts'
import type { Account } from '../model/account.ts'
import { isoTime } from '../model/iso-time.ts'
import { alignedLines, shortTime } from './output.ts'

type Rows<T extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<T>>

/** What stands beside an order: its history, who has it in hand, why a person should look. */
export type BesideOrder = {
  /** With the words that somebody wrote. */
  readonly history: readonly (Rows<typeof historyOf>[number] & { readonly text?: string })[]
  readonly takings: readonly (Rows<typeof takingsOf>[number] & { readonly dialect: string })[]
  readonly attention: Rows<typeof attentionOf>
}

export async function besideOrder(
  ctx: Context,
  account: Account,
  number: number,
): Promise<BesideOrder> {
  const takings = await takingsOf(ctx, account, number)
  const all = takings.length === 0 ? [] : await credentialsOf(ctx, account, { withRevoked: true })
  const comments = await commentsOf(ctx, account, number)
  const history = await historyOf(ctx, account, number)
  const dialects = new Map(all.map(({ id, dialect }) => [id, dialect]))
  return {
    history: history.map((event) => {
      const text = comments.get(event.seq)
      return text === undefined ? event : { ...event, text }
    }),
    takings: takings.map((taking) => ({
      ...taking,
      dialect: dialects.get(taking.credentialId) ?? '-',
    })),
    attention: await attentionOf(ctx, account, number),
  }
}

export function besideJson({ history, takings, attention }: BesideOrder): Record<string, unknown> {
  return {
    takings: takings.map(({ digest: _digest, ...taking }) => ({
      ...taking,
      firstServedAt: isoTime(taking.firstServedAt),
      confirmedAt: isoTime(taking.confirmedAt),
    })),
    attention: attention.map((row) => ({
      ...row,
      raisedAt: isoTime(row.raisedAt),
      acknowledgedAt: isoTime(row.acknowledgedAt),
    })),
    events: history.map((event) => ({ ...event, at: isoTime(event.at) })),
  }
}

export function besideLines({ history, takings, attention }: BesideOrder): string[] {
  return [
    ...tableLines(
      ['taken by', 'credential', 'first served', 'confirmed', 'times'],
      takings.map((taking) => [
        taking.dialect,
        String(taking.credentialId),
        shortTime(taking.firstServedAt),
        shortTime(taking.confirmedAt),
        String(taking.confirmedTimes),
      ]),
    ),
    ...tableLines(
      ['needs attention', 'since', 'acknowledged'],
      attention.map(({ reason, raisedAt, acknowledgedAt }) => [
        reason,
        shortTime(raisedAt),
        shortTime(acknowledgedAt),
      ]),
    ),
    ...tableLines(
      ['event', 'at', 'by', ''],
      history.map(({ kind, at, via, data, text }) => [
        kind,
        shortTime(at),
        via,
        [data === null || Object.keys(data).length === 0 ? '' : JSON.stringify(data), text ?? '']
          .filter((part) => part !== '')
          .join(' '),
      ]),
    ),
  ]
}

function tableLines(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', ...alignedLines(titles, rows)]
}
