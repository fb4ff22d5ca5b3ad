// npm run trial:secrets -- --rounds 5
import { parseArgs } from 'node:util'
import { secretsTrial } from './secrets.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
for (const keyIn of ['file', 'settings'] as const) {
  print(`the key in the ${keyIn}:`)
  const rounds = Number(values.rounds)
  const figures = await secretsTrial({ keyIn, rounds, deep: true, report: print })
  const { secrets, tokens, calls, notices, tables, searched, found, seen } = figures
  print(
    `${secrets} secrets, of them ${tokens} tokens; ${calls} calls, ${notices} notices, ${tables} tables`,
  )
  for (const [place, bytes] of Object.entries(searched)) {
    if (!place.startsWith('table ')) print(`  ${place}: ${bytes} bytes`)
  }
  print(`found where they belong: ${seen.join(', ')}`)
  print(`found where they do not: ${found.length}${found.map((one) => `\n  ${one}`).join('')}`)
  if (found.length > 0) process.exitCode = 1
}
