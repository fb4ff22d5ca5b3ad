import { foldEmail, type Instant } from '../model/order.ts'
import type { BatchSql } from './batch-lane.ts'
import { type BatchPart, partText } from './batch-parts.ts'
import type { BatchWrites, EventWrite, StateWrite } from './batch-writes.ts'
import { allowanceRows, sessionRow, voucherRow } from './checkout-writes.ts'
import { moneyText } from './columns.ts'
import { editedLinesOf, editRow, lineCountOf, lineRow, storedTotals } from './edit-writes.ts'

/**
 * Writes a batch in one statement, issued at once: whatever has rows becomes a part of it. Every
 * statement costs a parse, a plan look-up and a message, so that one is cheaper than five.
 * Gives what was drawn; undefined where there is nothing to write.
 */
export function writeBatch(sql: BatchSql, writes: BatchWrites): Promise<Drawn> | undefined {
  const used: BatchPart[] = []
  const parameters: string[] = []
  for (const [part, rows] of rowsOf(writes)) {
    if (rows.length === 0) continue
    used.push(part)
    parameters.push(JSON.stringify(rows))
  }
  if (used.length === 0) return undefined
  const issued = sql.unsafe(statementFor(used), parameters, { prepare: true }).execute()
  const written = issued.then((rows) => drawnOf(rows as unknown as DrawnRow[]))
  // The lane looks at the outcome when COMMIT is answered.
  written.catch(() => undefined)
  return written
}

function rowsOf(writes: BatchWrites): [BatchPart, readonly object[]][] {
  return [
    ['drawn', drawsOf(writes.releases)],
    ['counters', writes.counters],
    ['orders', writes.orders.map(orderRow)],
    ['new_states', writes.newStates.map(stateRow)],
    ['states', writes.states.map(stateRow)],
    ['lines', writes.orders.flatMap(linesOf)],
    ...erasureRows(writes.erasures),
    ['edited', writes.edits.map(editRow)],
    ['edited_lines', writes.edits.flatMap(editedLinesOf)],
    ['cut_lines', writes.edits.flatMap(lineCountOf)],
    ['events', writes.events.map(eventRow)],
    ['comments', writes.comments],
    ['shipments', writes.shipments.map(timed('sentAt'))],
    ['releases', writes.releases.map(timed('releasedAt'))],
    ['awaited', writes.awaited.map(awaitedRow)],
    ['unawaited', writes.unawaited],
    ['stock', writes.stock.map(timed('at'))],
    ['sessions', writes.sessions.map(sessionRow)],
    ['allowances', allowanceRows(writes)],
    ['uses', writes.uses.map((use) => ({ ...use, amount: moneyText(use.amount) }))],
    ['vouchers', writes.vouchers.map(voucherRow)],
    ['takings', writes.takings.map(timed('at'))],
    ['attention', writes.attention.map(timed('raisedAt'))],
    ['deliveries', writes.deliveries.map(timed('at'))],
    ['fingerprints', writes.fingerprints.map(fingerprintRow)],
    ['timers', writes.timers.map(timed('dueAt'))],
    ['links', writes.links],
    ['done_timers', writes.doneTimers],
  ]
}

function erasureRows(erasures: BatchWrites['erasures']): [BatchPart, readonly object[]][] {
  const whole = erasures.filter(({ vouchers }) => vouchers === null)
  const sold = erasures.flatMap(({ accountId, number, vouchers }) =>
    (vouchers ?? []).map((code) => ({ accountId, number, code })),
  )
  return [
    ['erased', whole],
    ['erased_lines', whole],
    ['erased_comments', whole],
    ['dropped_messages', whole],
    ['erased_vouchers', sold],
    ['erased_messages', whole],
    ['erased_answers', erasures],
  ]
}

const statements = new Map<string, string>()

/** The statement for a set of parts: few sets occur, and each is prepared once a connection. */
function statementFor(used: readonly BatchPart[]): string {
  const key = used.join()
  let text = statements.get(key)
  if (text === undefined) {
    const draws = used.includes('drawn')
    const parts = used.map((part, at) => `wrote_${part} as (${partText(part, at + 1, draws)})`)
    const asked = draws ? 'select account_id as "accountId", first from wrote_drawn' : 'select 1'
    text = `with ${parts.join(',\n')}\n${asked}`
    statements.set(key, text)
  }
  return text
}

/** The first release number that a batch drew, by account. */
export type Drawn = ReadonlyMap<number, number>
type DrawnRow = { readonly accountId: number; readonly first: string }

function drawnOf(rows: readonly DrawnRow[]): Drawn {
  return new Map(rows.map(({ accountId, first }) => [accountId, Number(first)]))
}

/** Sorted, as all locks are. */
function drawsOf(releases: BatchWrites['releases']): object[] {
  const counts = new Map<number, number>()
  for (const { accountId } of releases) counts.set(accountId, (counts.get(accountId) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).map(([accountId, count]) => ({ accountId, count }))
}

function timed<K extends string>(name: K): (row: { readonly [key in K]: Instant }) => object {
  return (row) => ({ ...row, [name]: iso(row[name]) })
}

/** Most times of a batch are the same: its own. */
let latest = { ms: 0, text: new Date(0).toISOString() }

/** Absent for null, as an absent name of a JSON row is null to Postgres. */
function iso(ms: Instant | null): string | undefined {
  if (ms === null) return undefined
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() }
  return latest.text
}

function awaitedRow({ releaseNumber, draw, ...key }: BatchWrites['awaited'][number]): object {
  return { ...key, releaseNumber: releaseNumber ?? undefined, draw: draw ?? undefined }
}

function fingerprintRow(row: BatchWrites['fingerprints'][number]): object {
  return { ...row, digest: `\\x${row.digest.toString('hex')}`, madeAt: iso(row.madeAt) }
}

function orderRow({ accountId, number, content }: BatchWrites['orders'][number]): object {
  const { lines: _lines, ...rest } = content
  return {
    ...rest,
    accountId,
    number,
    emailFolded: foldEmail(content.buyer.email ?? ''),
    discount: moneyText(content.discount),
    shippingCost: moneyText(content.shippingCost),
    tax: moneyText(content.tax),
    total: moneyText(content.total),
    totals: storedTotals(content.totals),
    createdAt: iso(content.createdAt),
  }
}

function linesOf({ accountId, number, content }: BatchWrites['orders'][number]): object[] {
  return content.lines.map((line) => lineRow({ accountId, number }, line))
}

/** Names one by one: a spread of eighteen costs more than the rest of the row's way. */
function stateRow({ accountId, number, state, payOnDelivery, eventSeq, draw }: StateWrite): object {
  return {
    accountId,
    number,
    payment: state.payment,
    fulfilment: state.fulfilment,
    hidden: state.hidden,
    handedOver: state.handedOver,
    payOnDelivery,
    releaseNumber: state.releaseNumber ?? undefined,
    draw: draw ?? undefined,
    label: state.label ?? undefined,
    paidAt: iso(state.paidAt),
    sentAt: iso(state.sentAt),
    returnedAt: iso(state.returnedAt),
    cancelledAt: iso(state.cancelledAt),
    refundedAt: iso(state.refundedAt),
    releasedAt: iso(state.releasedAt),
    changedAt: iso(state.changedAt),
    parcels: state.shipments.length,
    eventSeq,
  }
}

function eventRow(event: EventWrite): object {
  return {
    accountId: event.accountId,
    number: event.number,
    seq: event.seq,
    at: iso(event.at),
    kind: event.kind,
    via: event.via,
    credentialId: event.credentialId ?? undefined,
    data: event.data ?? undefined,
    draw: event.draw ?? undefined,
  }
}
