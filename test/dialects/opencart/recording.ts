import { readFileSync } from 'node:fs'

export const versions = ['2.3.0.2', '3.0.3.9', '4.0.2.3', '4.1.0.3'] as const
export type Version = (typeof versions)[number]

/** What a request of 4.1 signs; `{{host}}` and the like are filled in when it is sent. */
export type Signing = {
  readonly user: string
  readonly key: 'of the user' | 'wrong'
  readonly route: string
  readonly call: string
  readonly host: string
  readonly directory: string
  readonly store_id: string
  readonly language: string
  readonly currency: string
  readonly time_offset: number
  readonly body: 'escaped' | 'raw'
  readonly percent_encode: 'once' | 'twice' | 'raw'
  readonly signature_contains?: string
}

export type RecordedRequest = {
  readonly method: string
  readonly path: string
  /** As they stood in the URL, still percent-encoded. */
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly from_ip?: string
  readonly sign?: Signing
}

export type Expected = {
  readonly status: number
  readonly content_type?: string
  readonly set_cookie_names?: readonly string[]
  readonly json?: unknown
  readonly text?: string
  readonly cors?: Readonly<Record<string, string>>
}

/** Something to be done to the server before or after an exchange. */
export type ServerStep = {
  readonly action: string
  readonly token?: string
  readonly minutes?: number
}

export type Exchange = {
  readonly name: string
  readonly note?: string
  readonly request: RecordedRequest
  readonly response: Expected
  readonly captures: Readonly<Record<string, string>>
  readonly volatile: readonly string[]
  readonly same?: Readonly<Record<string, string>>
  readonly free?: readonly string[]
  readonly unordered?: Readonly<Record<string, string>>
  readonly money_text?: boolean
  readonly original_defect?: string
  readonly advised?: Expected
  readonly advised_note?: string
  readonly may_differ?: string
  readonly setup?: readonly ServerStep[]
  readonly teardown?: readonly ServerStep[]
}

export type Place = { readonly entity: string; readonly index: number; readonly exchange: Exchange }

export type SignatureVector = {
  readonly name: string
  readonly key_of: string
  readonly key: string | null
  readonly string_to_sign: string
  readonly signature: string
  readonly body: string
  readonly body_signed_as: 'escaped' | 'raw'
  readonly sent_percent_encoded: 'once' | 'twice' | 'raw'
  readonly accepted: boolean
}

const folder = new URL('../../fixtures/opencart/', import.meta.url)

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8'))
}

/** All exchanges of a version in the order in which they were sent. */
export function readRecording(version: Version): readonly Place[] {
  const files = new Map<string, readonly Exchange[]>()
  return read<[string, number][]>(`${version}/sequence.json`).map(([entity, index]) => {
    const exchanges = files.get(entity) ?? read<readonly Exchange[]>(`${version}/${entity}.json`)
    files.set(entity, exchanges)
    const exchange = exchanges[index]
    if (exchange === undefined) throw new Error(`${version}: there is no ${entity} ${index}`)
    return { entity, index, exchange }
  })
}

export function readSignatureVectors(): readonly SignatureVector[] {
  return read('4.1.0.3/signature-vectors.json')
}

/** The keys of the recorded API users by name. */
export function readKeys(): ReadonlyMap<string, string> {
  const store = read<{ api_users: { username: string; key: string }[] }>('store.json')
  return new Map(store.api_users.map(({ username, key }) => [username, key]))
}
