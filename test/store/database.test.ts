import { describe, expect, test } from 'vitest'
import { targetOf } from '../../src/store/database.ts'

const options = { prepare: true, connect_timeout: 5, connection: { application_name: 'test' } }

describe('a DATABASE_URL', () => {
  test.each([
    ['postgres://u:p@db.example:5433/orders', 'postgres://u:p@db.example:5433/orders', undefined],
    ['postgres://u@db/orders?sslmode=require', 'postgres://u@db/orders?sslmode=require', undefined],
    ['postgres:///orders?host=/run/pg', 'postgres:///orders', { host: '/run/pg', port: 5432 }],
    [
      'postgres://u:p@localhost/orders?host=%2Frun%2Fpg&port=5433',
      'postgres://u:p@localhost/orders',
      { host: '/run/pg', port: 5433 },
    ],
  ])('%s is understood', (url, expected, place) => {
    expect(targetOf(url, options)).toEqual({ url: expected, options: { ...options, ...place } })
  })
})
