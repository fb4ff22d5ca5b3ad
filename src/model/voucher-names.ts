import { foldEmail } from './order.ts'

type VoucherData = Readonly<Record<string, string>>

const ofSender = ['fromName', 'fromEmail', 'message'] as const
const ofReceiver = ['toName', 'toEmail', 'description', 'message'] as const

/** True: somebody's gift voucher is for the person with this e-mail (folded). */
export function isVoucherFor(data: VoucherData, email: string): boolean {
  return foldEmail(data.toEmail ?? '') === email
}

/**
 * What a gift voucher says without the person with this e-mail (folded). Of one that he has bought,
 * nothing is left but how it looks: whom he sends presents to, is his.
 */
export function withoutPerson(
  data: VoucherData,
  { email, isBuyer }: { readonly email: string; readonly isBuyer: boolean },
): VoucherData {
  const isSender = foldEmail(data.fromEmail ?? '') === email
  const gone = new Set<string>([
    ...(isSender || isBuyer ? ofSender : []),
    ...(isVoucherFor(data, email) || isBuyer ? ofReceiver : []),
  ])
  return Object.fromEntries(
    Object.entries(data).map(([name, text]) => [name, gone.has(name) ? '' : text]),
  )
}

/** What the line of a gift voucher is called once nobody should know whom it is for. */
const namelessVoucher = 'Gift voucher'

/** A message, JSON or a form, in which a voucher's line has lost its title. */
export function withoutTitle(message: string, title: string): string {
  return [JSON.stringify, formText].reduce(
    (text, write) => text.replaceAll(bare(write(title)), bare(write(namelessVoucher))),
    message,
  )
}

const bare = (text: string): string => text.replace(/^"|"$/g, '')

/** As PHP writes it into a form. */
function formText(text: string): string {
  const hex = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, hex)
    .replaceAll('%20', '+')
}
