import type postgres from 'postgres'
import type { Watcher } from './crash-book.ts'
import { compareCounted } from './crash-counted.ts'
import type { Ledger, Register, Story } from './crash-ledger.ts'
import type { CrashShop } from './crash-shop.ts'

export type Findings = {
  /** Acknowledged, and not in the book. */
  readonly lost: string[]
  /** In the book more often than anybody was told. */
  readonly doubled: string[]
  /** Events of an order in another order than they were acknowledged. */
  readonly outOfOrder: string[]
  /** Numbers that appeared below one that a reader had seen. */
  readonly missed: string[]
}

type Kept = {
  readonly number: number
  readonly email: string
  readonly kinds: readonly string[]
  readonly parcels: readonly string[]
  readonly comments: readonly string[]
  readonly content: string
}

/** Compares what callers were told with what the book holds. */
export async function compare(
  sql: postgres.Sql,
  shop: CrashShop,
  ledger: Ledger,
  watcher: Watcher,
): Promise<Findings> {
  const found: Findings = { lost: [], doubled: [], outOfOrder: [], missed: [] }
  const [account] = await sql<{ id: number }[]>`
    select id from accounts where login = ${shop.login}`
  const id = account?.id ?? 0
  await compareOrders(sql, id, ledger, found)
  await compareRegisters(sql, id, ledger, found)
  await compareTakings(sql, id, shop, ledger, found)
  await compareContacts(sql, id, ledger, found)
  await compareCounted(sql, id, found)
  await compareNumbers(sql, id, watcher, found)
  return found
}

async function compareOrders(
  sql: postgres.Sql,
  id: number,
  { stories }: Ledger,
  found: Findings,
): Promise<void> {
  const orders = await sql<Kept[]>`
    select o.number, o.email_folded as email,
      (select array_agg(e.kind order by e.seq) from order_events e
        where e.account_id = o.account_id and e.number = o.number
          and e.kind <> 'handed-over') as kinds,
      coalesce((select array_agg(s.tracking) from order_shipments s
        where s.account_id = o.account_id and s.number = o.number), '{}') as parcels,
      coalesce((select array_agg(c.text) from order_comments c
        where c.account_id = o.account_id and c.number = o.number), '{}') as comments,
      (select string_agg(l.said, ' ' order by l.said collate "C") from (
        select coalesce(product_id::text, code) || 'x' || sum(quantity) as said
        from order_lines where account_id = o.account_id and number = o.number
        group by product_id, code) l) as content
    from orders o where o.account_id = ${id}`
  const byEmail = new Map<string, Kept[]>()
  for (const order of orders) byEmail.set(order.email, [...(byEmail.get(order.email) ?? []), order])
  for (const [email, kept] of byEmail) {
    if (kept.length > 1 || !stories.has(email)) found.doubled.push(`order of ${email}`)
  }
  for (const story of stories.values()) {
    compareStory(story, byEmail.get(story.email)?.[0], found)
  }
}

function compareStory(story: Story, kept: Kept | undefined, found: Findings): void {
  const { told, open, number, email } = story
  if (told.length === 0 && kept === undefined) return
  if (kept === undefined) {
    found.lost.push(`order ${number} of ${email}`)
    return
  }
  const name = `order ${kept.number}`
  if (number !== undefined && number !== kept.number) {
    found.lost.push(`${name}: ${email} was told ${number}`)
  }
  const is = (wanted: readonly string[]): boolean => wanted.join() === kept.kinds.join()
  if (!is(told) && !is([...told, ...open])) {
    const said = `${name}: told ${told.join(' ')} (${open.join(' ')}), kept ${kept.kinds.join(' ')}`
    const left = [...kept.kinds]
    const missing = told.filter((kind) => {
      const at = left.indexOf(kind)
      if (at !== -1) left.splice(at, 1)
      return at === -1
    })
    if (missing.length > 0) found.lost.push(said)
    else if (left.join() === '' || left.join() === open.join()) found.outOfOrder.push(said)
    else found.doubled.push(said)
  }
  if (!holds(story.content, kept.content)) {
    found.lost.push(`${name}: told of ${story.content.told}, kept ${kept.content}`)
  }
  for (const parcel of story.parcels) {
    if (!kept.parcels.includes(parcel)) found.lost.push(`${name}: parcel ${parcel}`)
  }
  for (const comment of story.comments) {
    const times = kept.comments.filter((one) => one === comment).length
    if (times === 0) found.lost.push(`${name}: ${comment}`)
    if (times > 1) found.doubled.push(`${name}: ${comment}`)
  }
}

async function compareRegisters(
  sql: postgres.Sql,
  id: number,
  { registers }: Ledger,
  found: Findings,
): Promise<void> {
  const rows = await sql<
    { article: string; title: string; price: string; stock: string; gone: string }[]
  >`
    select p.article, p.title, p.price::text as price, coalesce(s.quantity::text, '') as stock,
      case when p.deleted_at is null then 'no' else 'yes' end as gone
    from products p left join stock s on s.account_id = p.account_id and s.product_id = p.id
    where p.account_id = ${id}`
  const products = new Map(rows.map((row) => [row.article, row]))
  if (products.size < rows.length) found.doubled.push('two products of one article')
  for (const [name, { told, open }] of registers) {
    const at = name.indexOf(':')
    const product = products.get(name.slice(at + 1))
    const kept = product?.[name.slice(0, at) as 'title' | 'price' | 'stock' | 'gone']
    if (kept !== told && kept !== open) found.lost.push(`${name}: told ${told}, kept ${kept}`)
  }
}

/** True too where nobody has said anything of it. */
function holds({ told, open }: Register, kept: string): boolean {
  const said = [told, open].filter((one) => one !== undefined)
  return said.length === 0 || said.includes(kept)
}

async function compareTakings(
  sql: postgres.Sql,
  id: number,
  shop: CrashShop,
  { takings }: Ledger,
  found: Findings,
): Promise<void> {
  const rows = await sql<{ dialect: string; name: string; number: number }[]>`
    select c.dialect, c.public_part as name, t.number
    from takings t join credentials c on c.account_id = t.account_id and c.id = t.credential_id
    where t.account_id = ${id} and t.confirmed_at is not null`
  const names: Readonly<Record<string, string>> = { [shop.warehouse.username]: 'warehouse' }
  const kept = new Set(
    rows.map(({ dialect, name, number }) => `${(names[name] ?? name) || dialect} ${number}`),
  )
  for (const [credential, numbers] of takings) {
    for (const number of numbers) {
      if (!kept.has(`${credential} ${number}`)) {
        found.lost.push(`order ${number} in the hand of ${credential}`)
      }
    }
  }
}

async function compareContacts(
  sql: postgres.Sql,
  id: number,
  { contacts }: Ledger,
  found: Findings,
): Promise<void> {
  const rows = await sql<{ name: string; times: number }[]>`
    select (e.data ->> 'call') || ' ' || c.email_folded as name, count(*)::int as times
    from contact_records c
    join account_events e on e.account_id = c.account_id and e.id = c.event_id
    where c.account_id = ${id} group by 1`
  const kept = new Map(rows.map(({ name, times }) => [name, times]))
  for (const [name, { told, tries }] of contacts) {
    const times = kept.get(name) ?? 0
    if (told && times === 0) found.lost.push(`contact ${name}`)
    if (times > tries) found.doubled.push(`contact ${name}: ${times} times, sent ${tries} times`)
  }
}

async function compareNumbers(
  sql: postgres.Sql,
  id: number,
  watcher: Watcher,
  found: Findings,
): Promise<void> {
  const judge = (what: string, seen: ReadonlySet<number>, rows: readonly { n: number }[]): void => {
    const kept = new Set(rows.map(({ n }) => n))
    const highest = Math.max(0, ...seen)
    for (const n of kept) if (n < highest && !seen.has(n)) found.missed.push(`${what} ${n}`)
    for (const n of seen) if (!kept.has(n)) found.lost.push(`${what} ${n}, which a reader had seen`)
  }
  judge('order', watcher.orders, await sql`select number as n from orders where account_id = ${id}`)
  judge(
    'release',
    watcher.releases,
    await sql`select release_number as n from releases where account_id = ${id}`,
  )
}
