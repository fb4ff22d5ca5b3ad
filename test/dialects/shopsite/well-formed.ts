/** An element of a parsed document; `text` is its own and its children's, decoded. */
export type XmlElement = {
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const token = /<(\/?)([A-Za-z][A-Za-z0-9-]*)(\/?)>|([^<]+)/y
const reference = /&(?:#(\d{1,7})|(amp|lt|gt));/g

/**
 * Parses what the byte rules of contract §4.3 allow, and throws for all else: ASCII without
 * control characters but line feeds, no attributes, no DOCTYPE, no other entities than three, no
 * reference to what XML 1.0 forbids, no empty pair of tags.
 */
export function parseXml(xml: string): XmlElement {
  if (!/^[\n -~]*$/.test(xml)) throw new Error('not ASCII, or a control character')
  const body = xml.startsWith(declaration) ? xml.slice(declaration.length) : xml
  const open: { name: string; children: XmlElement[]; texts: string[]; from: number }[] = []
  let root: XmlElement | undefined
  token.lastIndex = 0
  while (token.lastIndex < body.length) {
    const at = token.lastIndex
    const [, closing, name, empty, text] = token.exec(body) ?? fail(body.slice(at, at + 60))
    const parent = open.at(-1)
    if (text !== undefined) {
      if (parent !== undefined) parent.texts.push(decode(text))
      else if (text.trim() !== '') fail(`text outside the root: ${text}`)
      continue
    }
    if (name === undefined) fail('no name')
    if (closing === '' && empty === '') {
      open.push({ name, children: [], texts: [], from: token.lastIndex })
      continue
    }
    let done: XmlElement = { name, children: [], text: '' }
    if (closing === '/') {
      const top = open.pop()
      if (top === undefined || top.name !== name || empty !== '') fail(`</${name}> closes nothing`)
      if (top.from === at) fail(`<${name}></${name}> is not self-closed`)
      done = { name, children: top.children, text: top.texts.join('') }
    }
    const around = open.at(-1)
    if (around !== undefined) {
      around.children.push(done)
      around.texts.push(done.text)
    } else if (root === undefined) root = done
    else fail(`a second root: ${name}`)
  }
  if (open.length > 0 || root === undefined) fail('not closed')
  return root
}

/** The one child of that name. */
export function child(parent: XmlElement, name: string): XmlElement {
  const found = parent.children.filter((one) => one.name === name)
  if (found.length !== 1) fail(`${found.length} ${name} in ${parent.name}`)
  return found[0] ?? fail(name)
}

/** The text at a path such as `Totals/Tax/TaxName`; empty for an empty element. */
export function textAt(parent: XmlElement, path: string): string {
  return path.split('/').reduce(child, parent).text
}

export function names(parent: XmlElement): readonly string[] {
  return parent.children.map(({ name }) => name)
}

function decode(text: string): string {
  const rest = text.replace(reference, '')
  if (/[&>]/.test(rest)) fail(`a raw sign in ${text}`)
  return text.replace(reference, (_whole, code: string | undefined, entity: string) => {
    if (code === undefined) return { amp: '&', lt: '<', gt: '>' }[entity] ?? fail(entity)
    return isChar(Number(code)) ? String.fromCodePoint(Number(code)) : fail(`&#${code};`)
  })
}

/** XML 1.0, production 2. */
function isChar(code: number): boolean {
  const ranges = [
    [0x9, 0xa],
    [0xd, 0xd],
    [0x20, 0xd7ff],
    [0xe000, 0xfffd],
    [0x10000, 0x10ffff],
  ] as const
  return ranges.some(([from, to]) => code >= from && code <= to)
}

function fail(what: string): never {
  throw new Error(`not well-formed: ${what}`)
}
