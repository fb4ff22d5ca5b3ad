import { defineConfig } from 'vitest/config'

/** Tests of pure rules alone: a mutant is tried within seconds, and without a server. */
export default defineConfig({
  test: {
    // Stryker has a limit of its own for each mutant.
    testTimeout: 120_000,
    include: [
      'test/wire/{form-pairs,form-parsing,hostile-forms,signatures,signed-form,texts}.test.ts',
      'test/model/{address-ranges,money}.test.ts',
      'test/model/basket-{discounts,lines,tax}.test.ts',
      'test/model/{decide{,-details,-erase,-hand-over,-send,-status},imported}.test.ts',
      'test/core/{check-target,apply-changes}.test.ts',
      'test/dialects/influencersoft/{envelope,explain,proof}.test.ts',
      'test/dialects/opencart/{explain,money-text,prove-signed,signature}.test.ts',
      'test/dialects/shopsite/{explain,signature,totals}.test.ts',
    ],
  },
})
