// npm run trial:isolation -- --rounds 3
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { readConfig } from '../../src/config.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { startGateway } from '../support/gateway.ts'
import { isolationTrial } from './isolation.ts'
import { isolationSettings } from './isolation-settings.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const { settings } = isolationSettings
const server = await openBenchServer()
const config = readConfig({ PORT: '0', ...settings })
const { gateway, close } = await startGateway(server, config, isolationSettings)
try {
  const options = { gateway, dialects, rounds: Number(values.rounds), report: print }
  const { leaked, told, changed, missed, ...counts } = await isolationTrial(options)
  const found = { leaked, told, changed, missed }
  for (const [name, list] of Object.entries(found)) {
    print(`${list.length} ${name}${list.slice(0, 5).map((one) => `\n  ${one.slice(0, 300)}`)}`)
  }
  print(JSON.stringify(counts))
  if (Object.values(found).some((list) => list.length > 0)) process.exitCode = 1
} finally {
  await close()
  await server.close()
}
