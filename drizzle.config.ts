import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/store/schema.ts',
    './src/store/schema-orders.ts',
    './src/store/schema-fulfilment.ts',
    './src/store/schema-checkout.ts',
    './src/store/schema-notices.ts',
    './src/store/schema-replays.ts',
    './src/store/schema-calls.ts',
  ],
  out: './drizzle',
})
