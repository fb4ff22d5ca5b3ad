const jsonType = 'application/json'

/** A JSON answer: UTF-8, no byte order mark, nothing behind it (contract B.5). */
export function answerJson(
  value: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const body = JSON.stringify(value)
  return new Response(body, {
    status,
    headers: {
      'content-type': jsonType,
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...headers,
    },
  })
}

/** The success of confirm, complete and stocksync (contract B.1). */
export function answerEmpty(): Response {
  return new Response(null, { headers: { 'content-length': '0', 'cache-control': 'no-store' } })
}

/**
 * The same text, told once `due` has come. The answer is made at once and only its body waits, so
 * that nobody who is held back fills a place among the calls that are worked on.
 */
export function answerLater(value: unknown, due: Promise<void>): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await due
        controller.enqueue(Buffer.from(JSON.stringify(value)))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: { 'content-type': jsonType, 'cache-control': 'no-store' },
  })
}
