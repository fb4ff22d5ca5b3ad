import { getEndpoint, secretsOf } from '../core/endpoints.ts'
import { type CommandLine, QuietExit, withAccount } from './command-line.ts'
import { answerText } from './delivery-view.ts'
import { restingText } from './endpoint-view.ts'
import { formatNamed, keyOfAccount } from './notice-format.ts'
import { plain, printJson } from './output.ts'

/** Sends a test message; ends with exit code 1 where it is not delivered. */
export function testEndpoint(
  line: CommandLine,
  login: string,
  id: number,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  return withAccount(line, login, async (book, account) => {
    const { url, format, disabledAt, test } = await getEndpoint(book.ctx, account, id)
    const own = await secretsOf(book.ctx, account, id)
    const current =
      own.secret ?? (await keyOfAccount(book, account, formatNamed(line, format), test))
    const previous = own.previousSecret === null ? [] : [own.previousSecret]
    const target = { login, url, format, secrets: [current, ...previous] as const }
    const { delivered, status, latencyMs, problem, answer } = await line.notices.sendTest(
      book.ctx,
      target,
    )
    const text = answerText(answer)
    if (json) {
      printJson(line, { id, url, delivered, status, latencyMs, problem, answer: text })
    } else {
      const outcome = delivered ? 'took the test message' : 'did not take the test message'
      line.print(`${plain(url)} ${outcome}.`)
      line.print(`status   ${status ?? 'none'}`)
      line.print(`latency  ${latencyMs} ms`)
      if (problem !== null) line.print(`problem  ${plain(problem)}`)
      if (text !== '') line.print(`answer   ${plain(text)}`)
      if (test !== account.settings.test) line.print(restingText(account, test))
      if (disabledAt !== null) {
        line.print(
          `It is off: nothing else is sent before countersign endpoint enable ${login} ${id}`,
        )
      }
    }
    if (!delivered) throw new QuietExit(1)
  })
}
