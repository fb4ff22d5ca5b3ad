import { type Answer, type CompareOptions, compareExchange } from './compare.ts'
import type { Exchange, RecordedRequest } from './recording.ts'

export const request: RecordedRequest = {
  method: 'POST',
  path: '/index.php',
  query: [],
  headers: {},
  body: '',
}

export function anExchange(json: unknown, more: Partial<Exchange> = {}): Exchange {
  const response = { status: 200, content_type: 'application/json', json }
  return { name: 'made up', request, response, captures: {}, volatile: [], ...more }
}

export function anAnswer(json: unknown, more: Partial<Answer> = {}): Answer {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status: 200, headers, text: JSON.stringify(json), json, ...more }
}

export function differences(
  recorded: unknown,
  answered: unknown,
  more: Partial<Exchange> = {},
  options: CompareOptions = {},
): string[] {
  return compareExchange(anExchange(recorded, more), anAnswer(answered), new Map(), options)
}
