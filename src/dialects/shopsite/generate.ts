import { answerText } from './answer.ts'
import type { Entered } from './visit.ts'

/** Publishing a store's pages: there are none here, so it is done at once (contract §6). */
export async function generate({ call }: Entered): Promise<Response> {
  call.note({ outcome: 'ok' })
  return answerText('done\n')
}
