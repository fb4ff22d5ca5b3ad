import { type Column, type SQL, sql } from 'drizzle-orm'
import { jsonText } from './json-text.ts'

/**
 * True in SQL where the column's value is among these. They travel as one parameter: a statement
 * takes no more than 65,534 of them.
 */
export function isListed(column: Column, values: readonly (number | string)[]): SQL {
  const list = sql`select json_array_elements_text(${jsonText(values)}::text::json)`
  return column.dataType === 'number'
    ? sql`${column} in (select v::int from (${list}) as listed(v))`
    : sql`${column} in (${list})`
}
