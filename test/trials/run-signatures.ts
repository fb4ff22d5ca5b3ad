// npm run trial:signatures -- --calls 10000 --samples 100000 --seed 7 --only bits,tokens,collisions,timing
import { parseArgs } from 'node:util'
import { openBenchServer } from '../../bench/server.ts'
import { readConfig } from '../../src/config.ts'
import { startGateway } from '../support/gateway.ts'
import { changeBits } from './signatures.ts'
import { bindings } from './signatures-bindings.ts'
import { tryCollisions } from './signatures-collisions.ts'
import { type ProofKind, proofKinds } from './signatures-proofs.ts'
import { timedPairs, timePair } from './signatures-timing.ts'
import { tokenKinds } from './signatures-tokens.ts'

const { values } = parseArgs({
  options: {
    /** Of all kinds of proof together. */
    calls: { type: 'string', default: '10000' },
    /** Of each kind of token; every bit of one is a question to the database. */
    tokens: { type: 'string', default: '20' },
    samples: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'bits,tokens,collisions,timing' },
  },
})
/** Beyond it two kinds of calls are told apart by their time. */
const highestT = 4.5
const only = new Set(values.only.split(','))
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const fail = (): void => {
  process.exitCode = 1
}

async function bits(kinds: readonly ProofKind[], calls: number): Promise<void> {
  for (const kind of kinds) {
    const { changed, same, wrong } = await changeBits(kind, { calls, seed: Number(values.seed) })
    print(
      `${kind.name}: ${calls} calls, ${changed} changes, ${same} say the same, ${wrong.length} wrong`,
    )
    for (const one of wrong.slice(0, 5)) print(`  ${one}`)
    if (wrong.length > 0) fail()
  }
}

if (only.has('bits')) {
  await bits(proofKinds, Math.ceil(Number(values.calls) / proofKinds.length))
  for (const { name, isLetIn, uncovered = false } of bindings) {
    const isIn = await isLetIn()
    print(`${name}: ${isIn ? 'let in' : 'refused'}${uncovered ? ' (not covered)' : ''}`)
    if (isIn !== uncovered) fail()
  }
}
if (only.has('tokens')) {
  const server = await openBenchServer()
  const { gateway, close } = await startGateway(server, readConfig({ PORT: '0' }), {})
  try {
    await bits(await tokenKinds(gateway.ctx), Number(values.tokens))
  } finally {
    await close()
    await server.close()
  }
}
if (only.has('collisions')) {
  const { wrong, ...counts } = await tryCollisions()
  print(`collisions: ${JSON.stringify(counts)}, ${wrong.length} wrong ${wrong.join(', ')}`)
  if (wrong.length > 0) fail()
}
if (only.has('timing')) {
  for (const pair of timedPairs) {
    const { t, differenceNs, samples } = await timePair(pair, Number(values.samples))
    const isTold = Math.abs(t) >= highestT
    const why = isTold && pair.isPublic ? ' (no secret)' : ''
    print(`${pair.name}: t ${t}, ${differenceNs} ns in the middle, ${samples} samples${why}`)
    if (isTold && !pair.isPublic) fail()
  }
}
