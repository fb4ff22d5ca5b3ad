import { describe, expect, test } from 'vitest'
import { targetOf } from '../../src/store/database.ts'
import { BadDatabaseUrl } from '../../src/store/database-url.ts'

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

  test.each([
    [
      'postgres://u:p@a:5433,b/orders?target_session_attrs=read-write',
      'postgres://u:p@a:5433/orders',
    ],
    ['postgres://u:x,y@a:5433,b:5432/orders', 'postgres://u:x,y@a:5433/orders'],
    ['postgresql://a:5433,b/orders?sslmode=require', 'postgresql://a:5433/orders?sslmode=require'],
  ])('%s names two servers', (text, url) => {
    const servers = [
      { host: 'a', port: 5433 },
      { host: 'b', port: 5432 },
    ]
    expect(targetOf(text, options)).toEqual({ url, servers, options })
  })

  test('an IPv6 address is one in brackets', () => {
    expect(targetOf('postgres://u@[::1]:5433,[fe80::2]/orders', options).servers).toEqual([
      { host: '::1', port: 5433 },
      { host: 'fe80::2', port: 5432 },
    ])
  })

  test('one host that must take writes is asked', () => {
    const { servers } = targetOf('postgres://u@a/orders?target_session_attrs=read-write', options)
    expect(servers).toEqual([{ host: 'a', port: 5432 }])
  })

  test.each([
    'postgres://user:hidden@a,b:0/orders',
    'postgres://user:hidden@a,b/orders?target_session_attrs=read-only',
    'postgres://user:hidden@a,/orders',
    'mysql://user:hidden@a,b/orders',
  ])('%s is refused without a word of it', (text) => {
    expect(() => targetOf(text, options)).toThrow(BadDatabaseUrl)
    expect(() => targetOf(text, options)).not.toThrow(/hidden|user/)
  })
})
