import type { SavedCall } from '../../src/dialects/dialect.ts'

type Parts = Pick<SavedCall, 'account' | 'credentials'> &
  Partial<Omit<SavedCall, 'header' | 'body'>> & {
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  }

/** A call as `verify` hands it to a dialect; `headers` by their names in small letters. */
export function savedCall({ body = '', headers = {}, ...parts }: Parts): SavedCall {
  return {
    path: '/',
    query: '',
    contentType: 'application/x-www-form-urlencoded',
    baseUrl: 'http://127.0.0.1:8080/dialect/login',
    header: (name) => headers[name.toLowerCase()],
    body: Buffer.from(body),
    ...parts,
  }
}
