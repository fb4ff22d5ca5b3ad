import { enterBasic } from './basic.ts'
import { enterSigned, isSigned } from './signed-call.ts'
import type { Entered, Visit } from './visit.ts'

/** By the token's signature where there is one, else by a login (contract §3.4). */
export async function enter(visit: Visit): Promise<Entered> {
  return isSigned(visit.parameters) ? enterSigned(visit) : enterBasic(visit)
}
