import type { KeyRotation } from './commands/command-line.ts'
import type { Context } from './core/context.ts'
import { layNewKey, settleKeyFiles, settleUnder } from './key-files.ts'
import { Failure } from './model/failure.ts'
import { type Resealed, resealAll } from './store/key-rotation.ts'
import { checkOf } from './store/secrets.ts'

/** The installation's keys; plain enough to be sent to another process. */
export type Keys = {
  readonly all: readonly [Buffer, ...Buffer[]]
  /** Where they lie as files; undefined: they stand in the settings. */
  readonly dir: string | undefined
}

/**
 * Seals every secret in the database with a new key: of the settings, `COUNTERSIGN_KEY`; of
 * DATA_DIR, one that is made now. Gateways that know both, or read DATA_DIR, go on meanwhile.
 * Throws `invalid-input` where the settings name no key that is replaced.
 */
export async function rotateKey(
  ctx: Pick<Context, 'database' | 'vault'>,
  { all, dir }: Keys,
  randomBytes: (count: number) => Buffer,
): Promise<KeyRotation> {
  if (dir !== undefined) {
    return { resealed: await rotateFile(ctx, dir, randomBytes), keptIn: 'file' }
  }
  const [key, old] = all
  if (old === undefined) throw new Failure('invalid-input', { reason: howTo })
  const choose = async (check: string) => (check === checkOf(key) ? undefined : key)
  const resealed = await resealAll(ctx.database.db, ctx.vault, choose)
  return { resealed: resealed ?? null, keptIn: 'settings' }
}

async function rotateFile(
  { database: { db }, vault }: Pick<Context, 'database' | 'vault'>,
  dir: string,
  randomBytes: (count: number) => Buffer,
): Promise<Resealed | null> {
  try {
    const resealed = await resealAll(db, vault, async (check) => {
      // What a rotation that was broken off has left must not be overwritten unseen.
      await settleUnder(check, dir)
      return layNewKey(dir, randomBytes)
    })
    return resealed ?? null
  } finally {
    // Where that fails too, the next start does it.
    await settleKeyFiles(db, dir).catch(() => undefined)
  }
}

const howTo =
  'there is no key to change to. Set COUNTERSIGN_KEY to a new key (openssl rand -hex 32) and ' +
  'COUNTERSIGN_OLD_KEY to the one that was there, for every gateway and here; start the gateways ' +
  'again, then run this once more'
