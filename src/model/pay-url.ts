/** What a pay URL may name, each with a value to try the template with. */
const samples = {
  number: '100000',
  sum: '1500.00',
  currency: 'USD',
  email: 'ada@example.com',
  key: 'AAAAAAAAAAAAAAAAAAAAAA',
  login: 'shop',
} as const

/** What stands in a pay URL's places, as it is; filling in encodes it. */
export type PayUrlValues = { readonly [name in keyof typeof samples]: string }

const longest = 2000

/** Undefined, or why buyers cannot be sent to addresses made of this template. */
export function payUrlProblem(template: string): string | undefined {
  if (template.length > longest) return `at most ${longest} characters`
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)
  const unknown = names.find((name) => !Object.hasOwn(samples, name))
  if (unknown !== undefined) {
    return `there is no {${unknown}}; there are: ${Object.keys(samples)
      .map((name) => `{${name}}`)
      .join(', ')}`
  }
  // The place it leads to is the operator's word alone, whatever a buyer is called.
  if (!/^https?:\/\/[^\s/?#@\\{}]+([/?#]|$)/i.test(template)) {
    return 'it begins with https:// or http:// and a host, and names stand behind that: https://pay.example.com/?order={number}'
  }
  if (/[\s\\\p{Cc}]/u.test(template) || /[{}]/.test(template.replace(/\{[^{}]*\}/g, ''))) {
    return 'blanks, backslashes and loose braces cannot stand in it'
  }
  return URL.canParse(fillPayUrl(template, samples)) ? undefined : 'it is no address'
}

/** The address for one order: every value percent-encoded. */
export function fillPayUrl(template: string, values: PayUrlValues): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(samples, name) ? encodeURIComponent(values[name as keyof PayUrlValues]) : whole,
  )
}
