import type { Sealed } from '../store/columns.ts'
import type { Vault } from '../store/secrets.ts'
import type { BackupKeys } from './backup-keys.ts'
import { damaged } from './backup-refusals.ts'
import { bytesField, bytesOf, type TableColumns, withSecrets } from './backup-rows.ts'

/** What the installation's key has sealed, and what the passphrase seals. */
export type SecretBox = { readonly vault: Vault; readonly keys: BackupKeys }

/** Rows of the database as they stand in a backup: their secrets under the passphrase. */
export async function* sealedRows(
  rows: AsyncIterable<Buffer>,
  columns: TableColumns,
  login: string,
  { vault, keys }: SecretBox,
): AsyncGenerator<Buffer> {
  for await (const piece of rows) {
    yield withSecrets(piece, columns, login, (place, field) =>
      keys.seal(place, vault.open(bytesOf(field) as Sealed)),
    )
  }
}

/** Rows of a backup as the database wants them: their secrets under the installation's key. */
export function openedRows(
  rows: Buffer,
  columns: TableColumns,
  login: string,
  { keys, seal }: { readonly keys: BackupKeys; readonly seal: (plain: string) => Sealed },
): Buffer {
  return withSecrets(rows, columns, login, (place, field) => {
    const plain = keys.open(place, field)
    if (plain === undefined) throw damaged(`a secret of "${login}" cannot be opened`)
    return bytesField(seal(plain))
  })
}
