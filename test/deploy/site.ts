import { afterAll, beforeAll, beforeEach } from 'vitest'
import { dialects } from '../../src/dialects/registry.ts'
import { type Gateway, useGateway } from '../support/gateway.ts'
import { isNginxReady, type Nginx, needNginx, startNginx } from '../support/nginx.ts'
import { anEcho } from './echo.ts'

export type Site = {
  readonly gateway: () => Gateway
  readonly nginx: () => Nginx
  readonly echo: ReturnType<typeof anEcho>['state']
}

/** A gateway as docs/deploy.md sets it up, behind the site of `deploy/`, for the tests of one file. */
export function useSite(): Site {
  const echo = anEcho()
  const gateway = useGateway({
    dialects: [echo.dialect, ...dialects],
    settings: { TRUSTED_PROXIES: '127.0.0.1', BASE_DOMAINS: 'justclick.ru' },
  })
  let current: Nginx | undefined
  beforeAll(async () => {
    if (isNginxReady) current = await startNginx(gateway().port)
  })
  afterAll(() => current?.stop())
  beforeEach((context) => needNginx(context))
  return {
    gateway,
    nginx: () => {
      if (current === undefined) throw new Error('nginx is there only inside a test')
      return current
    },
    echo: echo.state,
  }
}
