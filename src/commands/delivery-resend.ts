import { getDelivery, type ResendWish, resendMany, resendOne } from '../core/deliveries.ts'
import { getEndpoint } from '../core/endpoints.ts'
import type { Account } from '../model/account.ts'
import { type CommandLine, mistake, type OpenBook, withAccount } from './command-line.ts'
import { parseMoment } from './moment.ts'
import { parseId } from './numbers.ts'
import { printJson } from './output.ts'

export type ResendOptions = {
  readonly endpoint?: string
  readonly from?: string
  readonly to?: string
  readonly state?: string
  readonly json?: boolean
}

/** Sends one message again by its id, or all of an endpoint and a time. */
export async function resend(
  line: CommandLine,
  login: string,
  id: string | undefined,
  { json = false, ...chosen }: ResendOptions,
): Promise<void> {
  if (id !== undefined) {
    const [other] = Object.keys(chosen)
    if (other !== undefined) throw mistake(`a message id and --${other} do not go together`)
    return withAccount(line, login, async (book, account) => {
      await resendOne(book.ctx, account, id)
      const { endpointId } = await getDelivery(book.ctx, account, id)
      if (json) return printJson(line, { id, resent: true })
      line.print(`${id} is sent again.`)
      await printIfOff(line, book, account, endpointId)
    })
  }
  const { endpoint, from, to, state = 'dead' } = chosen
  if (endpoint === undefined || from === undefined || to === undefined) {
    throw mistake('give a message id, or --endpoint, --from and --to')
  }
  if (state !== 'dead' && state !== 'delivered') {
    throw mistake(`--state ${state}: there are dead, delivered`)
  }
  const endpointId = parseId(endpoint)
  await withAccount(line, login, async (book, account) => {
    await getEndpoint(book.ctx, account, endpointId)
    const made = times(book, account, { from, to })
    const resent = await resendMany(book.ctx, account, { endpointId, state, ...made })
    if (json) return printJson(line, { endpoint: endpointId, state, resent })
    line.print(resent === 0 ? 'No delivery fits.' : `${resent} are sent again.`)
    if (resent > 0) await printIfOff(line, book, account, endpointId)
  })
}

function times(
  { ctx }: OpenBook,
  account: Account,
  { from, to }: { readonly from: string; readonly to: string },
): Pick<ResendWish, 'madeFrom' | 'madeTo'> {
  const { timezone } = account.settings
  const now = ctx.now()
  const madeFrom = parseMoment(from, { timezone, now, edge: 'from' })
  const madeTo = parseMoment(to, { timezone, now, edge: 'to' })
  if (madeFrom > madeTo) throw mistake('--from is later than --to')
  return { madeFrom, madeTo }
}

/** What is sent again waits like the rest where nothing is sent. */
async function printIfOff(
  line: CommandLine,
  { ctx }: OpenBook,
  account: Account,
  endpointId: number,
): Promise<void> {
  const { disabledAt } = await getEndpoint(ctx, account, endpointId)
  if (disabledAt === null) return
  const command = `countersign endpoint enable ${account.login} ${endpointId}`
  line.print(`Endpoint ${endpointId} is off; it goes once that is on again: ${command}`)
}
