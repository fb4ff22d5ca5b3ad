import { createHash } from 'node:crypto'
import {
  confirmOrder,
  listAwaitingShipment,
  rememberServed,
} from '../../src/core/awaiting-shipment.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import type { ChangeCommand, ChangeOutcome } from '../../src/core/commands.ts'
import type { Context } from '../../src/core/context.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { attentionOf, historyOf } from '../../src/core/find-order.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const parcel = { service: 'Post', tracking: 'A1', link: '' }
export const send = { kind: 'send', parcel, via: 'mintsoft', replaces: false } as const

export const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** What the tests of lists and takings do to a shop and its orders. */
export function warehouseOf(context: () => Context) {
  const change = (account: Account, number: number, command: ChangeCommand) =>
    changeOrder(context(), account, {
      number,
      command,
      author: { via: 'operator', credentialId: null },
    })
  return {
    change,
    aShop: async (): Promise<Account> => (await anAccount(context())).account,
    /** A key of a warehouse of its own. */
    async aTaker(account: Account): Promise<number> {
      const wish = { dialect: 'mintsoft', kind: 'key', publicPart: '', secret: 'x'.repeat(20) }
      return (await addCredential(context(), account, wish)).id
    },
    async paidOrder(account: Account): Promise<number> {
      const number = await anOrder(context(), account)
      await change(account, number, { kind: 'pay' })
      return number
    },
    async listed(account: Account, takers: readonly number[] = []): Promise<number[]> {
      const numbers: number[] = []
      for await (const page of listAwaitingShipment(context(), account, takers)) {
        numbers.push(...page.map(({ number }) => number))
      }
      return numbers
    },
    confirm(
      account: Account,
      number: number,
      credentialId: number,
      content = 'v1',
      takers: readonly number[] = [credentialId],
    ): Promise<ChangeOutcome> {
      const author = { via: 'mintsoft', credentialId }
      return confirmOrder(context(), account, { number, author, takers, digest: digest(content) })
    },
    serve: (account: Account, credentialId: number, number: number, content: string) =>
      rememberServed(context(), account, credentialId, [{ number, digest: digest(content) }]),
    reasons: async (account: Account, number: number) =>
      (await attentionOf(context(), account, number)).map(({ reason }) => reason),
    kinds: async (account: Account, number: number) =>
      (await historyOf(context(), account, number)).map(({ kind }) => kind),
  }
}
