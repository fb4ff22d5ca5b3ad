import { readFileSync } from 'node:fs'
import { bodyDigest } from '../../src/dialects/opencart/v41/signature.ts'
import { md5Hex } from '../../src/wire/digest.ts'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { httpBuildQuery } from '../../src/wire/php-query.ts'
import { isLetIn, known, login } from './signatures-door.ts'

const file = new URL('../fixtures/md5-collision.json', import.meta.url)
const fixture: { readonly md5: string; readonly blocks: readonly string[] } = JSON.parse(
  readFileSync(file, 'utf8'),
)
/** Two blocks of bytes with one MD5; whatever follows them, the MD5 of the whole is one, too. */
const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = fixture.blocks.map((hex) =>
  Buffer.from(hex, 'hex'),
)

export type CollisionFigures = {
  attempts: number
  /** Pairs of bodies with truly one MD5 over parameters, login and key. */
  colliding: number
  /** Bodies that were let in by the hash of the other, or with bytes that no encoder makes. */
  wrong: string[]
  /** Encoded bodies that were let in by their own hash: what was tried is no nonsense. */
  rightOnes: number
}

type Place = { readonly name: string; readonly before: string; readonly after: string }

const rest = 'bill_id=100000&status=paid&date=1362254400'

/** Where the block can stand; only at the very beginning do the two texts collide. */
const places: readonly Place[] = [
  { name: 'the first name', before: '', after: `=1&${rest}` },
  { name: 'a pair of its own, first', before: '', after: `&${rest}` },
  { name: 'all there is', before: '', after: '' },
  { name: 'the beginning of a name', before: '', after: `[bill_id]=1&${rest}` },
  { name: 'the first value', before: 'rpo=', after: `&${rest}` },
  { name: 'a name in between', before: 'status=paid&', after: '=1&bill_id=100000' },
  { name: 'a value in between', before: 'status=paid&rpo=', after: '&bill_id=100000' },
  { name: 'a key in brackets', before: 'a[', after: `]=1&${rest}` },
  { name: 'the last name', before: `${rest}&`, after: '' },
  { name: 'the last value', before: `${rest}&rpo=`, after: '' },
]

/** Signs one body of each pair and sends the other with that hash, in every place. */
export async function tryCollisions(): Promise<CollisionFigures> {
  const figures: CollisionFigures = { attempts: 0, colliding: 0, wrong: [], rightOnes: 0 }
  for (const place of places) {
    await tryRaw(place, figures)
    await tryEncoded(place, figures)
  }
  await tryMultipart(figures)
  if (digestAt41(first) === digestAt41(second)) figures.wrong.push('OpenCart 4.1: one body digest')
  return figures
}

/** The bytes as they are, which alone collide: refused whichever of the two was signed. */
async function tryRaw({ name, before, after }: Place, figures: CollisionFigures): Promise<void> {
  const [one, other] = [first, second].map((block) =>
    Buffer.concat([Buffer.from(before), block, Buffer.from(after)]),
  ) as [Buffer, Buffer]
  const hash = hashOf(one)
  if (hash === hashOf(other)) figures.colliding += 1
  for (const sent of [one, other]) {
    await attempt(figures, `${name}, hash last`, [sent, `&hash=${hash}`])
    await attempt(figures, `${name}, hash first`, [`hash=${hash}&`, sent])
  }
}

async function tryEncoded({ name, before, after }: Place, figures: CollisionFigures) {
  const [one = '', other = ''] = [first, second].map(
    (block) => `${before}${block.toString('hex').replace(/../g, '%$&')}${after}`,
  )
  const hash = hashOf(Buffer.from(one))
  await attempt(figures, `${name}, encoded`, [`${other}&hash=${hash}`])
  if (await isIn([`${one}&hash=${hash}`])) figures.rightOnes += 1
}

/** Bytes may stand bare in a part; what is signed is the form that PHP would make of them. */
async function tryMultipart(figures: CollisionFigures): Promise<void> {
  const [signed, other] = [first, second].map((block) => {
    const tree = new Map([
      ['rpo', block.toString('latin1')],
      ['bill_id', '100000'],
    ])
    return { block, hash: hashOf(Buffer.from(httpBuildQuery(tree))) }
  })
  if (signed === undefined || other === undefined) return
  if (await isIn(partsOf(signed.block, signed.hash), multipart)) figures.rightOnes += 1
  const mixed = partsOf(other.block, signed.hash)
  await attempt(figures, 'multipart', mixed, multipart)
  const raw = hashOf(Buffer.concat([Buffer.from('rpo='), first, Buffer.from('&bill_id=100000')]))
  await attempt(figures, 'multipart, raw bytes signed', partsOf(first, raw), multipart)
}

const multipart = { 'content-type': 'multipart/form-data; boundary=edge' }

function partsOf(block: Buffer, hash: string): readonly (Buffer | string)[] {
  const part = (name: string): string =>
    `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n`
  const end = '\r\n'
  const fields = [part('rpo'), block, end, part('bill_id'), '100000', end]
  return [...fields, part('hash'), hash, end, '--edge--\r\n']
}

function hashOf(text: Buffer): string {
  return md5Hex(text, `::${login}::${known.keys.influencersoft}`)
}

async function attempt(
  figures: CollisionFigures,
  name: string,
  pieces: readonly (Buffer | string)[],
  headers = {},
): Promise<void> {
  figures.attempts += 1
  if (await isIn(pieces, headers)) figures.wrong.push(name)
}

function isIn(pieces: readonly (Buffer | string)[], headers = {}): Promise<boolean> {
  const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)))
  return isLetIn('influencersoft', known.apiPath, { body, headers })
}

function digestAt41(block: Buffer): string {
  const read = parsePhpForm(Buffer.from(`a=${block.toString('hex').replace(/../g, '%$&')}`))
  if (!read.ok) throw new Error(read.reason)
  return bodyDigest(read.tree)
}
