/** What every document begins with; its bytes are ASCII, so any other charset would do as well. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>'

/** Printable ASCII that stands for itself in text. */
const plain = /^[ !-%'-;=?-~]*$/
const SPECIAL = /[^ !-%'-;=?-~]/gu

/** An element without attributes around `children`, which are XML already; self-closed if empty. */
export function element(name: string, ...children: readonly string[]): string {
  const content = children.join('')
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`
}

/** An element around any text; self-closed where nothing of the text is left. */
export function textElement(name: string, text: string): string {
  return element(name, escapeXml(text))
}

/**
 * Any text as XML text in printable ASCII: markup as entities, everything else, line ends too, as
 * decimal references. Lone surrogates and what XML 1.0 forbids (its `Char`) are left out.
 */
export function escapeXml(text: string): string {
  return plain.test(text) ? text : text.replace(SPECIAL, referenceTo)
}

function referenceTo(sign: string): string {
  if (sign === '&') return '&amp;'
  if (sign === '<') return '&lt;'
  if (sign === '>') return '&gt;'
  const code = sign.codePointAt(0) ?? 0
  return isAllowed(code) ? `&#${code};` : ''
}

function isAllowed(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
}
