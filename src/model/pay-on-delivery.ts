/** Payment methods that are settled at the door unless the account says otherwise. */
export const defaultPayOnDelivery: readonly string[] = ['cod', 'nalozh*']

/**
 * Whether an order is paid on delivery: its payment code (the part before a dot, too) or its
 * method's name matches one of `patterns`, in any case; a trailing `*` matches the rest.
 */
export function isPayOnDelivery(
  patterns: readonly string[],
  order: { readonly paymentCode: string | null; readonly paymentMethod: string | null },
): boolean {
  const code = (order.paymentCode ?? '').toLowerCase()
  const names = [code, code.split('.')[0] ?? '', (order.paymentMethod ?? '').toLowerCase()]
  return names.some((name) => name !== '' && patterns.some((pattern) => matches(pattern, name)))
}

function matches(pattern: string, name: string): boolean {
  const folded = pattern.trim().toLowerCase()
  if (folded === '') return false
  return folded.endsWith('*') ? name.startsWith(folded.slice(0, -1)) : name === folded
}
