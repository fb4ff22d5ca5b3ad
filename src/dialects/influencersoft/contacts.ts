import { recordContact } from '../../core/record-contact.ts'
import { Failure } from '../../model/failure.ts'
import type { ApiFunction } from './api-function.ts'

const none = { result: [] as readonly unknown[] }
const missingEmail = { words: { code: 100, text: 'Email is missing' } }

/** Calls that say something about a contact, with the parameter that names him. */
const reports = [
  'AddLeadToGroup',
  'UpdateSubscriberData',
  'DeleteSubscribe',
  'addupdatelead',
  'addtagtolead',
  'removetagfromlead',
  'removeleadfromlist',
]

/** Calls that ask: the gateway keeps no lists, so the answer is as of an empty account. */
const questions: Readonly<Record<string, unknown>> = {
  GetLeadGroups: [],
  GetLeadGroupStatuses: [],
  GetAllGroups: [],
  GetCountSubscribe: 0,
  GetPartnerStats: {
    earned_total: '0.00',
    topay_total: '0.00',
    clicks_total: 0,
    leads_total: 0,
    bills_total: 0,
    partners_total: 0,
  },
  getalllists: [],
  getcoupons: [],
  getpersonalmanagers: [],
}

/**
 * The contact and partner functions of both APIs (contract §7, §8): refused with code 8, or, where
 * the account is set to record them, answered 0, reports being kept as events of the account.
 */
export const contactFunctions: readonly ApiFunction[] = [
  ...reports.map((name) => offered({ name, writes: true, run: (input) => record(name, input) })),
  ...Object.entries(questions).map(([name, result]) =>
    offered({ name, writes: false, run: async () => ({ result }) }),
  ),
]

function offered(call: ApiFunction): ApiFunction {
  return {
    ...call,
    async run(input) {
      if (input.account.settings.contacts === 'refuse') throw new Failure('not-offered')
      return call.run(input)
    },
  }
}

const record = async (
  name: string,
  { ctx, account, params }: Parameters<ApiFunction['run']>[0],
) => {
  const email = params.lead_email
  if (typeof email !== 'string' || email.trim() === '') return missingEmail
  await recordContact(ctx, account, { call: name, email, data: params })
  return none
}
