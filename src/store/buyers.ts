import type { Instant, OrderState } from '../model/order.ts'
import type { StoredCustomer } from './customers.ts'
import type { HotSql } from './database.ts'

/** An order that names a buyer by his e-mail. */
export type BuyerOrder = Pick<OrderState, 'payment' | 'fulfilment' | 'hidden' | 'releasedAt'> & {
  readonly number: number
}

/** Of the buyer with this e-mail, folded; hidden ones too. */
export async function readBuyerOrders(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<BuyerOrder[]> {
  return sql<BuyerOrder[]>`
    select o.number, s.payment, s.fulfilment, s.hidden, s.released_at as "releasedAt"
    from orders o
    join order_states s on s.account_id = o.account_id and s.number = o.number
    where o.account_id = ${accountId} and o.email_folded = ${emailFolded}
    order by o.number`
}

/** Numbers of orders of these customers that name another e-mail than theirs. */
export async function readOtherOrders(
  sql: HotSql,
  accountId: number,
  customerIds: readonly number[],
  emailFolded: string,
): Promise<number[]> {
  if (customerIds.length === 0) return []
  const rows = await sql<{ number: number }[]>`
    select o.number from orders o
    where o.account_id = ${accountId} and o.customer_id in ${sql([...customerIds])}
      and o.email_folded <> ${emailFolded}
    order by o.number`
  return rows.map(({ number }) => number)
}

/** Customers with this e-mail, and what is left of their points. */
export async function readBuyerCustomers(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<StoredCustomer[]> {
  return sql<StoredCustomer[]>`
    select c.id, c.group_id as "groupId", c.email, c.first_name as "firstName",
      c.last_name as "lastName", c.telephone, c.enabled,
      coalesce(a.remaining, c.points::numeric(19,4)) as "pointsLeft", c.points,
      c.created_at as "createdAt", c.changed_at as "changedAt"
    from customers c
    left join allowances a on a.account_id = c.account_id and a.kind = 'points'
      and a.key = c.id::text collate "C"
    where c.account_id = ${accountId} and c.email_folded = ${emailFolded}
    order by c.id`
}

export type ContactRow = {
  readonly eventId: string
  readonly at: Instant
  readonly call: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Calls about a contact, oldest first. */
export async function readBuyerContacts(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<ContactRow[]> {
  return sql<ContactRow[]>`
    select r.event_id::text as "eventId", e.at, e.data->>'call' as call, r.data
    from contact_records r
    join account_events e on e.account_id = r.account_id and e.id = r.event_id
    where r.account_id = ${accountId} and r.email_folded = ${emailFolded}
    order by r.event_id`
}

export type VoucherRow = {
  readonly code: string
  readonly number: number | null
  readonly amount: bigint
  readonly data: Readonly<Record<string, string>>
  readonly enabled: boolean
  readonly createdAt: Instant
}

const pageSize = 500

/** Every voucher of the account, by code, a page at a time. */
export async function* readVoucherPages(
  sql: HotSql,
  accountId: number,
): AsyncGenerator<readonly VoucherRow[], void, void> {
  for (let after: string | null = null; ; ) {
    const page: VoucherRow[] = await sql<VoucherRow[]>`
      select code, number, amount, data, enabled, created_at as "createdAt" from vouchers
      where account_id = ${accountId} ${after === null ? sql`` : sql`and code > ${after}`}
      order by code limit ${pageSize}`
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last.code
  }
}

export type SessionState = {
  readonly dialect: string
  readonly key: Buffer
  readonly state: Readonly<Record<string, unknown>>
  readonly expiresAt: Instant
}

/** Every session of the account, also those that are over, a page at a time. */
export async function* readSessionPages(
  sql: HotSql,
  accountId: number,
): AsyncGenerator<readonly SessionState[], void, void> {
  for (let after: SessionState | undefined; ; ) {
    const page: SessionState[] = await sql<SessionState[]>`
      select dialect, key, state, expires_at as "expiresAt" from dialect_sessions
      where account_id = ${accountId}
        ${after === undefined ? sql`` : sql`and (dialect, key) > (${after.dialect} collate "C", ${after.key})`}
      order by dialect, key limit ${pageSize}`
    yield page
    after = page.at(-1)
    if (after === undefined || page.length < pageSize) return
  }
}

export type KeptAnswer = { readonly digest: Buffer; readonly answer: string }

/** Answers that are kept for repeated calls, a page at a time. */
export async function* readAnswerPages(
  sql: HotSql,
  accountId: number,
): AsyncGenerator<readonly KeptAnswer[], void, void> {
  for (let after: Buffer | null = null; ; ) {
    const page: KeptAnswer[] = await sql<KeptAnswer[]>`
      select digest, answer from replays
      where account_id = ${accountId} and answer <> ''
        ${after === null ? sql`` : sql`and digest > ${after}`}
      order by digest limit ${pageSize}`
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    after = last.digest
  }
}

export type MessageRow = {
  readonly endpointId: number
  readonly url: string
  readonly number: number
  readonly seq: number
  readonly part: number
  readonly type: string
  readonly state: string
  readonly body: string
  readonly madeAt: Instant
  readonly doneAt: Instant | null
}

/** Messages about an order that still say something. */
export async function readOrderMessages(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<MessageRow[]> {
  return sql<MessageRow[]>`
    select d.endpoint_id as "endpointId", e.url, d.number, d.seq, d.part, d.type, d.state, d.body,
      d.made_at as "madeAt", d.done_at as "doneAt"
    from endpoints e
    join deliveries d on d.account_id = e.account_id and d.endpoint_id = e.id
    where e.account_id = ${accountId} and d.number = ${number} and d.body <> ''
    order by d.seq, d.part, d.endpoint_id`
}

export type AttemptRow = Pick<MessageRow, 'endpointId' | 'seq' | 'part'> & {
  readonly at: Instant
  readonly status: number | null
  readonly problem: string | null
  readonly answer: Buffer | null
}

/** How the tries of an order's messages ended. */
export async function readOrderAttempts(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<AttemptRow[]> {
  return sql<AttemptRow[]>`
    select a.endpoint_id as "endpointId", a.seq, a.part, a.at, a.status, a.problem, a.answer
    from endpoints e
    join delivery_attempts a on a.account_id = e.account_id and a.endpoint_id = e.id
    where e.account_id = ${accountId} and a.number = ${number}
    order by a.at, a.tried`
}

/** How much stands beside orders. */
export async function countBeside(
  sql: HotSql,
  accountId: number,
  numbers: readonly number[],
): Promise<{ readonly comments: number; readonly messages: number }> {
  if (numbers.length === 0) return { comments: 0, messages: 0 }
  const wanted = JSON.stringify(numbers)
  const [row] = await sql<{ comments: number; messages: number }[]>`
    with wanted as (select value::int as number from json_array_elements_text(${wanted}::text::json))
    select
      (select count(*)::int from order_comments c join wanted w on w.number = c.number
        where c.account_id = ${accountId} and c.text <> '') as comments,
      (select count(*)::int from deliveries d join wanted w on w.number = d.number
        where d.account_id = ${accountId} and d.body <> '') as messages`
  return row ?? { comments: 0, messages: 0 }
}

export async function countKeptRequests(sql: HotSql, accountId: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from refused_calls
    where account_id = ${accountId} and request is not null`
  return row?.count ?? 0
}
