#!/usr/bin/env node
import { buildIfStale } from './build.js'

try {
  buildIfStale()
} catch (error) {
  process.stderr.write(`countersign: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
await import(new URL('../dist/src/cli.js', import.meta.url).href)
