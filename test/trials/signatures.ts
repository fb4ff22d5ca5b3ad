import { randomFrom } from './crash.ts'
import type { Bytes, ProofKind } from './signatures-proofs.ts'

export type BitFigures = {
  readonly name: string
  calls: number
  /** Calls with one bit changed. */
  changed: number
  /** Let in, and rightly so: the change is another spelling of the same. */
  same: number
  /** Let in although they say something else. */
  wrong: string[]
}

/** Changes every single bit of rightly proved calls, one at a time. */
export async function changeBits(
  kind: ProofKind,
  { calls, seed }: { readonly calls: number; readonly seed: number },
): Promise<BitFigures> {
  const random = randomFrom(seed)
  const figures: BitFigures = { name: kind.name, calls, changed: 0, same: 0, wrong: [] }
  for (let at = 0; at < calls; at += 1) {
    const right = await kind.make(random)
    if (!(await kind.accepts(right))) throw new Error(`${kind.name}: a right call is refused`)
    const said = kind.says(right)
    for (const changed of oneBitChanges(right)) {
      figures.changed += 1
      if (!(await kind.accepts(changed))) continue
      if (kind.says(changed) === said) figures.same += 1
      else figures.wrong.push(shown(changed))
    }
  }
  return figures
}

function* oneBitChanges(right: Bytes): Generator<Bytes, void, void> {
  for (const [name, bytes] of Object.entries(right)) {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      const at = bit >> 3
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7))
      yield { ...right, [name]: changed }
    }
  }
}

function shown(bytes: Bytes): string {
  const parts = Object.entries(bytes).map(([name, one]) => `${name}: ${one.toString('latin1')}`)
  return JSON.stringify(parts.join(' '))
}
