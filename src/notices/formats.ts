import { dialects } from '../dialects/registry.ts'
import type { Notice, NoticeFormat } from '../model/notice.ts'
import { standardFormat } from './standard.ts'

/** Every form that notices can have, by name: our own, and each dialect's that tells of events. */
export const noticeFormats: ReadonlyMap<string, NoticeFormat> = new Map([
  ['standard', standardFormat],
  ...dialects.flatMap(({ name, notices }): [string, NoticeFormat][] =>
    notices === undefined ? [] : [[name, notices]],
  ),
])

/**
 * A notice's message as it is kept until it is delivered. Undefined where the format has no word
 * for the type, or where there is no such format.
 */
export function freeze(format: string, notice: Notice): string | undefined {
  const form = noticeFormats.get(format)
  return form?.types.includes(notice.type) ? form.render(notice) : undefined
}
