import { noteTaking, type Story } from '../crash-ledger.ts'
import {
  done,
  insist,
  type Load,
  refused,
  repeat,
  send,
  set,
  tell,
  type Verdict,
} from '../crash-load.ts'

export const kinds = ['list', 'confirm', 'complete', 'stocksync'].map((name) => `mintsoft ${name}`)

/** An action that has an empty answer where it succeeds. */
async function act(
  load: Load,
  url: string,
  params: Readonly<Record<string, string>>,
): Promise<Verdict<string>> {
  const { shop } = load
  const body = new URLSearchParams({ APIKEY: shop.mintsoft, ...params }).toString()
  const { status, text } = await send(load, `${url}/mintsoft/${shop.login}`, body)
  if (status === 503 || status === 500) return repeat
  return status === 200 && text === '' ? done(text) : refused(`${status} ${text}`)
}

/** A poll, which notes what it was shown. */
export async function poll(load: Load): Promise<void> {
  await insist(load, 'mintsoft list', async (url) => {
    const { shop } = load
    const body = new URLSearchParams({ APIKEY: shop.mintsoft }).toString()
    const { status, text } = await send(load, `${url}/mintsoft/${shop.login}`, body)
    if (status !== 200) return repeat
    return Array.isArray(JSON.parse(text)) ? done(text) : refused(text)
  })
}

export async function confirm(load: Load, story: Story): Promise<boolean> {
  const params = { action: 'confirm', ordernumber: String(story.number) }
  const isDone = await tell(load, story, 'mintsoft confirm', [], (url) => act(load, url, params))
  if (isDone) noteTaking(load.ledger, 'mintsoft', story.number ?? 0)
  return isDone
}

export async function complete(
  load: Load,
  story: Story,
  tracking: string,
  events: readonly string[],
): Promise<boolean> {
  const params = {
    action: 'complete',
    ordernumber: String(story.number),
    courierservice: 'DPD',
    tracking,
    trackinglink: `https://track.example/${tracking}`,
  }
  const isDone = await tell(load, story, 'mintsoft complete', events, (url) =>
    act(load, url, params),
  )
  if (isDone) {
    story.parcels.push(tracking)
    noteTaking(load.ledger, 'mintsoft', story.number ?? 0)
  }
  return isDone
}

export function stockSync(load: Load, sku: string, level: number): Promise<boolean> {
  const params = { action: 'stocksync', sku, stocklevel: String(level) }
  return set(load, 'mintsoft stocksync', { [`stock:${sku}`]: String(level) }, (url) =>
    act(load, url, params),
  )
}
