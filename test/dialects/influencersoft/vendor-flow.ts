import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type PhpLines, startPhpLines } from '../../clients/php-lines.ts'
import { anAccount, type TestAccount } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'
import { isPhpReady, needPhp } from '../../wire/php.ts'

/** What the script saw: `trusted` by its own loose look at the hash. */
export type Seen = {
  readonly trusted: boolean
  readonly code: unknown
  readonly text: string
  readonly result: unknown
}

export type VendorFlow = {
  /** One call; `sign` false: no hash, a text: that instead of the right one. */
  readonly run: (
    shop: TestAccount,
    name: string,
    data: object,
    options?: { readonly sign?: string | false; readonly login?: string },
  ) => Promise<Seen>
  readonly aShop: (options?: Parameters<typeof anAccount>[1]) => Promise<TestAccount>
}

/** The vendor's documented script in real PHP, for the tests of one file. */
export function useVendorFlow(gateway: () => Gateway): VendorFlow {
  let php: PhpLines
  beforeAll(() => {
    if (isPhpReady) php = startPhpLines('vendor-flow.php', { withCurl: true })
  })
  afterAll(() => php?.stop())
  beforeEach((context) => needPhp(context))
  return {
    async run({ account, credential }, name, data, { sign, login = account.login } = {}) {
      const task = {
        address: `${gateway().url}/influencersoft/${login}/api/${name}`,
        user: login,
        key: credential.secret,
        data,
        ...(sign === undefined ? {} : { sign }),
      }
      return (await php.ask(task)) as Seen
    },
    aShop: (options = {}) => anAccount(gateway().ctx, options),
  }
}

export const buyer = {
  bill_email: 'mira@example.com',
  bill_first_name: 'Мира',
  bill_surname: "O'Neil ~ Sons",
  bill_country: 'Россия',
  bill_city: 'Нижний Новгород',
  bill_address: 'ул. Лесная, 5 (двор)',
}

/** The vendor's own example: 3 March 2013. */
export const inTheMail = '1362254400'
