import {
  foldOption,
  type OptionArticle,
  type OptionArticleChange,
} from '../model/option-articles.ts'
import { mistake } from './command-line.ts'

const pattern = /^article\[(.*)\]=(.*)$/su
const example = '"article[Size=XL; Colour=red]=TS-XL-RED"'
const longestArticle = 255

/** Parts `article[Size=XL; Colour=red]=TS-XL-RED` from the texts that say other fields. */
export function takeOptionArticles(texts: readonly string[]): {
  readonly changes: readonly OptionArticleChange[]
  readonly others: readonly string[]
} {
  const isMapping = (text: string) => text.startsWith('article[')
  return {
    changes: texts.filter(isMapping).map(parseOptionArticle),
    others: texts.filter((text) => !isMapping(text)),
  }
}

function parseOptionArticle(text: string): OptionArticleChange {
  const [, options, article] = pattern.exec(text) ?? []
  if (options === undefined || article === undefined) {
    throw mistake(`"${text}" is no article of options; write ${example}`)
  }
  if (article.includes('\0') || options.includes('\0')) throw mistake(`"${text}" holds a NUL`)
  if (article.trim().length > longestArticle) {
    throw mistake(`the article is longer than ${longestArticle} characters`)
  }
  return { options: parseOptions(text, options), article: article.trim() || null }
}

/** Each option once; a semicolon inside a value is written `\;`. */
function parseOptions(text: string, options: string): OptionArticle['options'] {
  const pairs = new Map<string, string>()
  for (const part of options.split(/(?<!\\);/u)) {
    const said = part.replaceAll('\\;', ';')
    const at = said.indexOf('=')
    const [name, value] = [said.slice(0, Math.max(at, 0)).trim(), said.slice(at + 1).trim()]
    if (name === '' || value === '') {
      throw mistake(`"${text}": "${said.trim()}" is no option=value; write ${example}`)
    }
    if (name === '__proto__') throw mistake(`"${text}": an option cannot have that name`)
    const isTwice = [...pairs.keys()].some((other) => foldOption(other) === foldOption(name))
    if (isTwice) throw mistake(`"${text}" names the option "${name}" twice`)
    pairs.set(name, value)
  }
  return Object.fromEntries(pairs)
}

/** As it is set: `Size=XL; Colour=red`. */
export function optionsText(options: OptionArticle['options']): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${value}`.replaceAll(';', '\\;'))
    .join('; ')
}
