import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { hmacSha256Base64, md5Hex } from '../../src/wire/digest.ts'
import { readForm } from '../../src/wire/form.ts'
import type { PhpArray } from '../../src/wire/php-array.ts'
import { httpBuildQuery } from '../../src/wire/php-query.ts'
import { treeToObject } from '../../src/wire/tree.ts'

export const login = 'green-mill'
export const secret = 'k3y # with = ? [ } ; % Ключ'

export type ReceivedCall = {
  readonly path: string
  readonly method: string
  /** Whether the hash is right, found out without the clients' own code. */
  readonly isSigned: boolean
  readonly params: unknown
  readonly body: string
}

type Reply = (response: ServerResponse, call: ReceivedCall) => void

export type Receiver = {
  readonly url: string
  readonly calls: ReceivedCall[]
  /** What the next calls are answered with; the last one stays. */
  replies: Reply[]
}

/** A server of the test's own in the gateway's place. */
export function useReceiver(): () => Receiver {
  const receiver: { -readonly [name in keyof Receiver]: Receiver[name] } = {
    url: '',
    calls: [],
    replies: [],
  }
  const server = createServer((request, response) => {
    receive(request).then((call) => {
      receiver.calls.push(call)
      const reply = receiver.replies.length > 1 ? receiver.replies.shift() : receiver.replies[0]
      if (reply === undefined) response.destroy()
      else reply(response, call)
    })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    receiver.url = `http://127.0.0.1:${port}/influencersoft/${login}/api`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  })
  return () => receiver
}

async function receive(request: IncomingMessage): Promise<ReceivedCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const form = readForm(body, request.headers['content-type'])
  const tree: PhpArray = form.ok ? form.tree : new Map()
  const hash = tree.get('hash')
  tree.delete('hash')
  const wanted = md5Hex(httpBuildQuery(tree), '::', login, '::', secret)
  return {
    path: request.url ?? '',
    method: request.method ?? '',
    isSigned: hash === wanted,
    params: { ...treeToObject(tree) },
    body: body.toString('latin1'),
  }
}

/** An envelope as the contract has it (contract §3); `over` replaces members. */
export function envelope(code: number, text: string, result: unknown = [], over: object = {}) {
  const hash = md5Hex(`${code}::${text}::${secret}`)
  return JSON.stringify({ error_code: code, error_text: text, result, hash, ...over })
}

export type HeaderParts = { readonly key?: string; readonly timestamp?: number }

/** The three headers of Standard Webhooks over a body. */
export function signatureHeaders(
  body: string,
  { key = secret, timestamp = now }: HeaderParts = {},
) {
  const id = 'msg_7f3a'
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${hmacSha256Base64(key, `${id}.${timestamp}.${body}`)}`,
  }
}

/** The time of the receiver's headers, unix seconds. */
export const now = 1_700_000_000

export function reply(
  body: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }
}
