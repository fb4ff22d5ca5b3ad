import { element, textElement, xmlDeclaration } from '../../wire/xml.ts'

/** 1: orders follow, 2: none matched, 3: the call failed (contract §3.5). */
export type ResponseCode = 1 | 2 | 3

/** The text that goes with codes 1 and 2; clients compare it. */
export const success = 'success'

/** All of an orders document before its first order. */
export function documentHead(code: ResponseCode, description: string = success): string {
  return `${xmlDeclaration}\n<ShopSiteOrders>\n${responseXml(code, description)}\n`
}

/** The end of an orders document: nothing stands behind it, not even a line end. */
export const documentTail = '</ShopSiteOrders>'

/** Without blanks inside: a client compares all text of it with `1success`. */
export function responseXml(code: ResponseCode, description: string): string {
  return element(
    'Response',
    textElement('ResponseCode', String(code)),
    textElement('ResponseDescription', description),
  )
}

/** An element whose children stand on lines of their own. */
export function block(name: string, ...children: readonly string[]): string {
  const said = children.filter((child) => child !== '')
  return element(name, ...(said.length === 0 ? [] : ['\n', ...said.map((child) => `${child}\n`)]))
}

/** A text of the book as it is shown; empty where there is none. */
export function shown(text: string | null | undefined): string {
  return text?.trim() ?? ''
}
