import type postgres from 'postgres'
import type { Sealed } from '../../src/store/columns.ts'
import { sealedColumns } from '../../src/store/key-rotation.ts'
import { createVault, type Vault } from '../../src/store/secrets.ts'

/** A row of any table, its cells as bytes: texts as UTF-8, sealed ones opened. */
export type AnyRow = {
  readonly table: string
  /** The cells' text, for telling rows apart. */
  readonly text: string
  readonly number: number | null
  readonly accountId: number | null
  readonly cells: ReadonlyMap<string, Buffer>
}

type Column = { readonly table: string; readonly name: string; readonly type: string }

/** Every row of every table there is; a new table needs no word here. */
export async function everyRow(sql: postgres.Sql, keyByte = 7): Promise<AnyRow[]> {
  const columns = await sql<Column[]>`
    select c.table_name as table, c.column_name as name, c.data_type as type
    from information_schema.columns c join information_schema.tables t
      using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
    order by 1, c.ordinal_position`
  const vault = createVault(Buffer.alloc(32, keyByte))
  const rows: AnyRow[] = []
  for (const table of new Set(columns.map((column) => column.table))) {
    const own = columns.filter((column) => column.table === table)
    const picked = own
      .map(({ name, type }) => (type === 'bytea' ? `"${name}"` : `"${name}"::text as "${name}"`))
      .join(', ')
    const found = await sql.unsafe(`select ${picked} from "${table}"`)
    for (const row of found) rows.push(toRow(table, row, vault))
  }
  return rows
}

function toRow(table: string, row: Readonly<Record<string, unknown>>, vault: Vault): AnyRow {
  const sealed = new Set<string>(
    sealedColumns.filter((one) => one.table === table).map(({ column }) => column),
  )
  const cells = new Map<string, Buffer>()
  for (const [name, value] of Object.entries(row)) {
    if (value === null) continue
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value))
    cells.set(name, sealed.has(name) ? Buffer.from(opened(vault, bytes)) : bytes)
  }
  const text = [...cells].map(([name, bytes]) => `${name}=${bytes.toString('hex')}`).join()
  const whole = (name: string) => (row[name] === undefined ? null : Number(row[name]))
  return { table, text, number: whole('number'), accountId: whole('account_id'), cells }
}

function opened(vault: Vault, bytes: Buffer): string {
  return vault.open(bytes as Sealed)
}

/** Cells that hold one of the words in any form that we could think of: `table.column: word`. */
export function hits(rows: readonly AnyRow[], words: readonly string[]): string[] {
  const forms = words.map((word) => ({ word, forms: formsOf(word) }))
  const found = rows.flatMap(({ table, cells }) =>
    [...cells].flatMap(([column, bytes]) => {
      const text = bytes.toString('latin1').toLowerCase()
      return forms
        .filter((one) => one.forms.some((form) => text.includes(form)))
        .map(({ word }) => `${table}.${column}: ${word}`)
    }),
  )
  return [...new Set(found)]
}

/** As byte strings in small letters. */
function formsOf(word: string): string[] {
  return [...new Set([word, word.toLowerCase(), word.toUpperCase()])].flatMap((text) => {
    const utf8 = Buffer.from(text)
    const bytes = [utf8, cp1251(text)].filter((one) => one !== undefined)
    return [
      ...bytes.flatMap(encodingsOf),
      JSON.stringify(text).slice(1, -1),
      text.replace(/[^ -~]/g, asEscape),
      text.replace(/./gs, asEscape),
      text.replace(/[^a-z0-9 ]/gi, asEscape),
      encodeURIComponent(text),
      encodeURIComponent(text).replaceAll('%20', '+'),
      encodeURIComponent(encodeURIComponent(text)),
    ].map((form) => form.toLowerCase())
  })
}

function asEscape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function encodingsOf(bytes: Buffer): string[] {
  const hex = bytes.toString('hex')
  return [
    bytes.toString('latin1'),
    hex,
    hex.replace(/../g, '%$&'),
    [...bytes]
      .map((byte) =>
        /[\w.-]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).padStart(2, '0')}`,
      )
      .join(''),
    // At each of the three places at which base64 may cut it.
    ...[0, 1, 2].map((before) => {
      const code = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
      return code.slice(Math.ceil((before * 8) / 6), code.replace(/=+$/, '').length - 1)
    }),
  ]
}

/** Windows-1251; undefined for what it has no sign for. */
function cp1251(text: string): Buffer | undefined {
  const codes = [...text].map((sign) => {
    const code = sign.codePointAt(0) ?? 0
    if (code < 0x80) return code
    return code >= 0x410 && code <= 0x44f ? code - 0x350 : undefined
  })
  return codes.includes(undefined) ? undefined : Buffer.from(codes as number[])
}
