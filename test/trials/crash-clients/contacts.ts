import { contactOf } from '../crash-ledger.ts'
import { insist, type Load } from '../crash-load.ts'
import { call } from './influencersoft.ts'

/** Those of API 2.0 are written small. */
export const reports = [
  ...['AddLeadToGroup', 'UpdateSubscriberData', 'DeleteSubscribe'],
  ...['addupdatelead', 'addtagtolead', 'removetagfromlead', 'removeleadfromlist'],
]
export const kinds = reports.map((name) => `influencersoft ${name}`)

/** Kept once for each try at most, and at least once where it is acknowledged. */
export async function report(load: Load, name: string, email: string): Promise<void> {
  const api = /^[A-Z]/.test(name) ? '1.0' : '2.0'
  const contact = contactOf(load.ledger, `${name} ${email}`)
  const answer = await insist(load, `influencersoft ${name}`, (url) => {
    contact.tries += 1
    return call(load, url, name, { lead_email: email, rid: ['1'] }, api)
  })
  if (answer !== undefined) contact.told = true
}
