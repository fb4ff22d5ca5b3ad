/** A reason why the embedded server can't run, worded for the person who started the gateway. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
}

const hints: Record<string, string> = {
  EACCES: 'no permission. Run as the user that owns it, or choose another DATA_DIR',
  EPERM: 'not permitted. Run as the user that owns it, or choose another DATA_DIR',
  EROFS: 'the file system is read-only. Choose a DATA_DIR that can be written',
  ENOSPC: 'the disk is full. Make room and start again',
  EDQUOT: 'the disk quota is used up. Make room and start again',
  ENAMETOOLONG: 'the path is too long. Choose a shorter DATA_DIR',
  ENOTDIR: 'a part of the path is a file. Choose another DATA_DIR',
  EEXIST: 'a file stands where a directory is needed. Choose another DATA_DIR',
}

/** Words a file system's refusal; everything else comes back unchanged (a bug stays a bug). */
export function explain(error: unknown, path: string): unknown {
  if (error instanceof EmbeddedError) return error
  const code = errorCode(error)
  const hint = code === undefined ? undefined : hints[code]
  if (hint === undefined) return error
  const named = (error as NodeJS.ErrnoException).path
  const where = named === undefined || named.startsWith(path) ? path : named
  return new EmbeddedError(`${where}: ${hint} (${code}).`, { cause: error })
}

/** The `code` of a system or database error, e.g. `ENOENT` or `57P03`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
