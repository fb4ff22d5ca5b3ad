import type { Dialect } from './dialect.ts'
import { influencersoft } from './influencersoft/index.ts'
import { mintsoft } from './mintsoft/index.ts'
import { opencart } from './opencart/index.ts'
import { shopsite } from './shopsite/index.ts'

/** Every protocol the gateway speaks: a folder and a line here. */
export const dialects: readonly Dialect[] = [influencersoft, mintsoft, opencart, shopsite]
