import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { sha256Hex } from '../../src/wire/digest.ts'
import type { Find } from './hostile.ts'
import type { HostileCall } from './hostile-call.ts'

const folder = new URL('../fixtures/hostile/', import.meta.url)

/** A call that once was answered wrongly, in its smallest form, and how. */
export type Kept = { readonly why: string; readonly call: HostileCall }

/** Every find so far, by the names of their files. */
export function readCorpus(): Kept[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
}

/** Keeps a find. Gives the name of its file, or undefined where it is no single call's. */
export function keep({ why, call }: Find): string | undefined {
  if (call === undefined) return undefined
  mkdirSync(folder, { recursive: true })
  const name = `${call.dialect}-${sha256Hex(JSON.stringify(call)).slice(0, 8)}.json`
  writeFileSync(new URL(name, folder), `${JSON.stringify({ why, call }, null, 2)}\n`)
  return name
}
