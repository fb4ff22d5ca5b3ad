import { z } from 'zod'
import { isAddressRange } from './core/directory.ts'

// What a setting may look like, as a text of the environment.

export const port = z.coerce.number('must be a port number').int().min(0).max(65_535)
export const count = (smallest: number) =>
  z.coerce.number('must be a whole number').int().min(smallest)
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
export const ranges = list.pipe(
  z.array(z.string().refine(isAddressRange, 'must be addresses or CIDRs')),
)
export const nobody = z.literal('none').transform((): string[] => [])
export const seconds = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,3})?$/, 'must be seconds, comma-separated')
  .transform(Number)
export const flag = z.enum(['on', 'off']).transform((text) => text === 'on')
