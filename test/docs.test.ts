import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { accountKeys } from '../src/commands/account-settings.ts'
import { buildProgram } from '../src/commands/program.ts'
import { readConfig } from '../src/config.ts'
import { isFunction } from '../src/dialects/influencersoft/functions.ts'
import { dialects } from '../src/dialects/registry.ts'
import { createNoticeDesk } from '../src/notices/desk.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].map((path) => ({ path, text: read(path) }))

/** Everything that the pattern's first group finds, each with the page it stands on. */
function named(pattern: RegExp): { page: string; name: string }[] {
  const found = pages.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([, name = '']) => ({ page: path, name })),
  )
  return [...new Map(found.map((one) => [`${one.page} ${one.name}`, one])).values()]
}

describe('the docs', () => {
  it.each(named(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g))('$page links to $name', (link) => {
    expect(existsSync(join(root, dirname(link.page), link.name))).toBe(true)
  })

  const folders = 'src|test|docs|clients|deploy|drizzle|bench|bin|\\.ci'
  const paths = named(new RegExp(`(?<![\\w/.@:-])((?:${folders})/[\\w./-]*\\w)`, 'g'))
  it.each(paths)('$page names $name, which is there', ({ name }) => {
    expect(existsSync(join(root, name))).toBe(true)
  })

  const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>
  it.each(named(/\bnpm (?:run )?([a-z:-]+[a-z])/g))('$page runs npm $name', ({ name }) => {
    expect(['ci', 'install', ...Object.keys(scripts)]).toContain(name)
  })

  it('name the functions that there are', () => {
    const tables = pages.flatMap(({ text }) =>
      [...text.matchAll(/^\| function .*\n\|[-| ]*\n((?:\|.*\n)*)/gm)].map(([, rows = '']) => rows),
    )
    const cells = tables.flatMap((rows) => rows.split('\n').map((row) => row.split('|')[1] ?? ''))
    const functions = cells.flatMap((cell) => cell.match(/\b[A-Za-z]{8,}\b/g) ?? [])
    const words = ['function', 'contacts', 'partners']
    expect(functions.length).toBeGreaterThan(30)
    for (const name of functions.filter((one) => !words.includes(one))) {
      expect(isFunction(name), name).toBe(true)
    }
  })

  const settings = dialects.flatMap(({ name, settings: schema }) =>
    Object.keys('shape' in schema ? (schema.shape ?? {}) : {}).map((key) => ({ name, key })),
  )
  it.each(settings)('docs/dialects/$name.md has the setting $key in its table', ({ name, key }) => {
    expect(read(`docs/dialects/${name}.md`)).toMatch(new RegExp(`^\\| \`${key}\` +\\|`, 'm'))
  })
})

describe('the commands that the docs name', () => {
  const never = (): never => {
    throw new Error('nothing is carried out here')
  }
  const program = buildProgram({
    dialects,
    notices: createNoticeDesk({ version: '0', clock: never }),
    version: '0',
    open: never,
    serve: never,
    print: never,
    printError: never,
    readStdin: never,
    readFile: never,
    backups: { read: never, write: never, stdoutIsTerminal: never, passphrase: never },
    machine: never,
    wordError: never,
  })
  const starts = program.commands.map((command) => command.name()).join('|')
  const commands = [
    ...named(/\bcountersign (--?[a-z]+|(?:[a-z]+)[^`#\n|]*(?:\n {2}[^`#\n|]*)?)(?=[`#\n|])/g),
    ...named(new RegExp(`\`((?:${starts}) [^\`]*)\``, 'g')),
  ].filter(({ name }) => !/^(?:listens|key check)/.test(name))

  it.each(commands)('$page: countersign $name', ({ name }) => {
    const words = name.trim().split(/\s+/)
    const options = words.filter((word) => /^--?[a-z]/.test(word))
    const command = followed(program, words)
    for (const option of options) {
      if (['--help', '--version', '-h', '-V'].includes(option)) continue
      const known = command.options.map((one) => one.long)
      expect(known).toContain(option.split('=')[0])
    }
    const depth = words.indexOf(command.name()) + 1
    const given = words.slice(depth).filter((word) => !word.startsWith('-'))
    if (command.commands.length > 0) expect(given).toEqual([])
    if (command.name() !== 'set' || words[0] !== 'account') return
    for (const pair of given.slice(1)) {
      expect(Object.keys(accountKeys)).toContain(pair.replace(/^["']/, '').split('=')[0])
    }
  })
})

/** The command that the words lead to. */
function followed(program: Command, words: readonly string[]): Command {
  const [word, ...rest] = words
  const next = program.commands.find((command) => command.name() === word)
  return next === undefined ? program : followed(next, rest)
}

describe('.env.example', () => {
  const example = read('.env.example')
  const shown = parseEnv(example.replace(/^#(?=[A-Z_]+=)/gm, ''))
  const schema = /const settingsSchema = [\s\S]*?\n\}\)/.exec(read('src/config.ts'))?.[0] ?? ''
  const settings = [...schema.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name = '']) => name)

  it('shows every setting, and nothing that is none', () => {
    expect(settings.length).toBeGreaterThan(15)
    expect(Object.keys(shown).sort()).toEqual(settings.sort())
  })

  it.each(Object.entries(shown))('shows the default of %s: %s', (name, value) => {
    expect(readConfig({ [name]: value })).toEqual(readConfig({}))
  })

  it('changes nothing as it stands', () => {
    expect(parseEnv(example)).toEqual({})
  })

  it.each(named(/\b([A-Z]+(?:_[A-Z]+)+)\b/g))('$page names $name', ({ name }) => {
    expect([...settings, 'TEST_DATABASE_URL', 'COUNTERSIGN_SECRET']).toContain(name)
  })
})
