// npm run trial:upgrade -- --from 4 --orders 200000 --replicas 5 --callers 4 --each 200 --rounds 3
// npm run trial:upgrade -- --from all
// npm run trial:upgrade -- --from 5 --old ../the-version-before

import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { withDatabase } from '../support/target.ts'
import { type UpgradeFigures, upgradeTrial } from './upgrade.ts'
import { allMigrations } from './upgrade-before.ts'

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '4' },
    orders: { type: 'string', default: '200000' },
    replicas: { type: 'string', default: '5' },
    callers: { type: 'string', default: '4' },
    each: { type: 'string', default: '200' },
    /** A checkout of the version before, which had the first `from` migrations. */
    old: { type: 'string' },
    rounds: { type: 'string', default: '1' },
  },
})
/** The one schema in which a migration after it alters orders. */
const altersOrders = 4

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
function isGood(figures: UpgradeFigures): boolean {
  const { twice, changed, lost, doubled, failed } = figures
  const bad = [twice, changed, lost, doubled, failed].flat()
  return bad.length + figures.deadlocks === 0 && figures.ready === Number(values.replicas)
}

const server = await openBenchServer()
try {
  const all = (await allMigrations()).length
  const froms =
    values.from === 'all'
      ? Array.from({ length: all - 1 }, (_, at) => at + 1)
      : [Number(values.from)]
  const rounds = Array.from({ length: Number(values.rounds) }, () => froms).flat()
  for (const [round, from] of rounds.entries()) {
    const name = `upgrade_${round}`
    await server.sql.unsafe(`create database ${name}`)
    const target = withDatabase(server.target, name)
    const figures = await upgradeTrial({
      ...{ front: target, direct: target, from, reader: from <= altersOrders, report: print },
      ...(values.old === undefined
        ? {}
        : { oldBin: join(resolve(values.old), 'bin/countersign.js') }),
      orders: Number(values.orders),
      replicas: Number(values.replicas),
      callers: Number(values.callers),
      each: Number(values.each),
    })
    print(`from ${from} of ${all}: ${JSON.stringify(figures)}`)
    if (!isGood(figures)) process.exitCode = 1
    await server.sql.unsafe(`drop database ${name} with (force)`)
  }
} finally {
  await server.close()
}
