/**
 * What became of one order, as its only caller knows it. `told` holds the events that acknowledged
 * calls stand for, in their order; `open` those of the call that has not answered.
 */
export type Story = {
  readonly email: string
  number: number | undefined
  readonly told: string[]
  open: readonly string[]
  /** Tracking numbers of acknowledged parcels. */
  readonly parcels: string[]
  /** Texts of acknowledged comments. */
  readonly comments: string[]
  /** What it sells, as `28x1 40x2`; undefined where nobody looks. */
  readonly content: Register
}

/** A value that the last write decides: what was acknowledged last, and what may be there too. */
export type Register = { told: string | undefined; open: string | undefined }

/** A report about a contact: whether it was acknowledged, and how often it was sent. */
export type Contact = { told: boolean; tries: number }

/** What callers were told, all that the book is compared with. */
export type Ledger = {
  readonly stories: Map<string, Story>
  /** By `price:<article>`, `title:<article>`, `stock:<article>`, `gone:<article>`. */
  readonly registers: Map<string, Register>
  /** By credential: orders that it has been told it has in hand. */
  readonly takings: Map<string, Set<number>>
  /** Reports about contacts, by call and e-mail. */
  readonly contacts: Map<string, Contact>
  /** Acknowledged answers by kind of call. */
  readonly acknowledged: Map<string, number>
  /** Answers that no client of that kind should have had. */
  readonly refused: string[]
  /** Buyers whose order came again under another number. */
  readonly doubled: string[]
}

export function openLedger(): Ledger {
  return {
    stories: new Map(),
    registers: new Map(),
    takings: new Map(),
    contacts: new Map(),
    acknowledged: new Map(),
    refused: [],
    doubled: [],
  }
}

export function count(ledger: Ledger, kind: string): void {
  ledger.acknowledged.set(kind, (ledger.acknowledged.get(kind) ?? 0) + 1)
}

export function total({ acknowledged }: Ledger): number {
  return [...acknowledged.values()].reduce((sum, one) => sum + one, 0)
}

export function beginStory(ledger: Ledger, email: string): Story {
  const story: Story = {
    ...{ email, number: undefined, told: [], open: [], parcels: [], comments: [] },
    content: { told: undefined, open: undefined },
  }
  ledger.stories.set(email, story)
  return story
}

/** What was open is there, whether its answer says so or something else that follows from it. */
export function settle(story: Story): void {
  const { content } = story
  story.told.push(...story.open)
  story.open = []
  if (content.open === undefined) return
  content.told = content.open
  content.open = undefined
}

export function contactOf({ contacts }: Ledger, name: string): Contact {
  const known = contacts.get(name) ?? { told: false, tries: 0 }
  contacts.set(name, known)
  return known
}

export function registerOf({ registers }: Ledger, name: string): Register {
  const known = registers.get(name) ?? { told: undefined, open: undefined }
  registers.set(name, known)
  return known
}

export function noteTaking({ takings }: Ledger, credential: string, number: number): void {
  const numbers = takings.get(credential) ?? new Set()
  takings.set(credential, numbers.add(number))
}
