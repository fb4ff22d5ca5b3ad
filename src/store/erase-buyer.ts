import type { KeptAnswer, MessageRow, SessionState } from './buyers.ts'
import type { HotSql } from './database.ts'

/** Digests over an order and its buyer: of what was called, and of what was shown. */
export async function dropDigests(
  sql: HotSql,
  accountId: number,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return
  const wanted = JSON.stringify(numbers)
  await sql`
    delete from order_fingerprints where account_id = ${accountId} and number in (
      select value::int from json_array_elements_text(${wanted}::text::json))`
  await sql`
    update takings set served_digest = null
    where account_id = ${accountId} and served_digest is not null and number in (
      select value::int from json_array_elements_text(${wanted}::text::json))`
}

/** What calls said of a contact; that they came is still known. Gives back how many. */
export async function dropContacts(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<number> {
  const rows = await sql`
    delete from contact_records
    where account_id = ${accountId} and email_folded = ${emailFolded} returning 1`
  return rows.length
}

/** What is left of points stays without them, as orders have used some of it. */
export async function dropCustomers(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<number> {
  const rows = await sql`
    delete from customers
    where account_id = ${accountId} and email_folded = ${emailFolded} returning 1`
  return rows.length
}

export async function writeVoucherData(
  sql: HotSql,
  accountId: number,
  code: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`
    update vouchers set data = ${JSON.stringify(data)}::text::jsonb
    where account_id = ${accountId} and code = ${code}`
}

export async function dropSession(
  sql: HotSql,
  accountId: number,
  { dialect, key }: Pick<SessionState, 'dialect' | 'key'>,
): Promise<void> {
  await sql`
    delete from dialect_sessions
    where account_id = ${accountId} and dialect = ${dialect} and key = ${key}`
}

/**
 * Forgets an answer, not that there was the call: no function has that name, so that the call is
 * refused where it comes once more.
 */
export async function dropAnswer(
  sql: HotSql,
  accountId: number,
  { digest, answer }: KeptAnswer,
): Promise<void> {
  await sql`
    update replays set function = 'erased', answer = ''
    where account_id = ${accountId} and digest = ${digest} and answer = ${answer}`
}

/** Why a call was refused, where that names him. */
export async function dropReasons(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<void> {
  await sql`
    update refused_calls set reason = null
    where account_id = ${accountId} and strpos(lower(reason), ${emailFolded}) > 0`
}

/** A message that was frozen, in other words; not if it has been erased or written anew. */
export async function rewriteMessage(
  sql: HotSql,
  accountId: number,
  { endpointId, number, seq, part, body }: MessageRow,
  written: string,
): Promise<void> {
  await sql`
    update deliveries set body = ${written}
    where account_id = ${accountId} and endpoint_id = ${endpointId} and number = ${number}
      and seq = ${seq} and part = ${part} and body = ${body}`
}
