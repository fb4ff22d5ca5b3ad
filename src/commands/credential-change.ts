import { changeCredential, getCredential } from '../core/credentials.ts'
import { type CommandLine, mistake, withAccount } from './command-line.ts'
import { readCredentialSettings } from './credential-settings.ts'
import { credentialJson, credentialRow, credentialTitles } from './credential-view.ts'
import { dialectNamed } from './dialect-choice.ts'
import { alignedLines, printJson } from './output.ts'
import { parseList, parsePairs } from './pairs.ts'

export type ChangeOptions = { readonly ip?: string; readonly json?: boolean }

export async function changeExisting(
  line: CommandLine,
  login: string,
  id: number,
  texts: readonly string[],
  { ip, json = false }: ChangeOptions,
): Promise<void> {
  const pairs = parsePairs(texts)
  if (ip === undefined && pairs.length === 0) {
    throw mistake('nothing to change: give --ip or key=value')
  }
  await withAccount(line, login, async ({ ctx }, account) => {
    const before = await getCredential(ctx, account, id)
    const dialect = dialectNamed(line, before.dialect)
    const settings = readCredentialSettings(dialect, pairs, before.settings)
    await changeCredential(ctx, account, id, {
      ...(ip === undefined ? {} : { ipList: parseList(ip) }),
      ...(pairs.length === 0 ? {} : { settings }),
    })
    const after = await getCredential(ctx, account, id)
    if (json) return printJson(line, credentialJson(after))
    for (const text of alignedLines(credentialTitles, [credentialRow(after)])) line.print(text)
  })
}
