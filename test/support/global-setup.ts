import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { buildIfStale } from '../../bin/build.js'
import { type PostgresTarget, targetOf } from '../../src/store/database.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded/server.ts'
import { migrateDatabase } from '../../src/store/migrate.ts'
import { startPooler } from './pooler.ts'
import { withDatabase } from './target.ts'

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be widened
  export interface ProvidedContext {
    server: PostgresTarget
    /** The same server, by the way that gateways and books go. */
    front: PostgresTarget
    template: string
  }
}

/** Connections of the pooler to each database: fewer than one gateway alone would hold. */
const poolSize = 5

/**
 * One real Postgres for the run, and a migrated template that each test file copies; behind a
 * pooler where TEST_POOLER is set.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildIfStale()
  const { target, stop } = await findServer()
  const template = `countersign_template_${randomBytes(6).toString('hex')}`
  const admin = postgres(target.url ?? '', { ...target.options, max: 1, onnotice: () => undefined })
  const pooled = (process.env.TEST_POOLER ?? '') !== ''
  let stopPooler = async (): Promise<void> => undefined
  const tearDown = async (): Promise<void> => {
    await stopPooler()
    await admin.unsafe(`drop database if exists ${template} with (force)`)
    await admin.end()
    await stop()
  }
  try {
    await admin.unsafe(`create database ${template}`)
    await migrateDatabase(withDatabase(target, template), existsSync)
    project.provide('front', target)
    if (pooled) {
      const pooler = await startPooler(target, poolSize)
      stopPooler = pooler.stop
      project.provide('front', pooler.target)
    }
  } catch (error) {
    await tearDown()
    throw error
  }
  project.provide('server', target)
  project.provide('template', template)
  return tearDown
}

async function findServer(): Promise<{ target: PostgresTarget; stop: () => Promise<void> }> {
  const common = {
    prepare: true,
    connect_timeout: 10,
    connection: { application_name: 'countersign-test' },
  }
  const url = process.env.TEST_DATABASE_URL
  if (url !== undefined && url !== '') {
    return { target: targetOf(url, common), stop: async () => undefined }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  // Run as root, the server is another user, who must get in.
  await chmod(dataDir, 0o711)
  const quiet = () => undefined
  const server = await startEmbeddedPostgres({
    dataDir,
    log: { info: quiet, warn: quiet },
    // The tests copy whole databases: more connections than a gateway needs.
    settings: { max_connections: '200' },
    outsideDir: join(dataDir, 'outside'),
  })
  return {
    target: { options: { ...common, ...server.connection } },
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
