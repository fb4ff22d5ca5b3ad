import { listRoutes } from './lists/routes.ts'
import type { Routes } from './route.ts'
import { routesOf3 } from './v3/routes.ts'
import { routesOf40 } from './v40/routes.ts'
import { signedCalls } from './v41/calls.ts'
import { warehouseRoutes } from './warehouse/routes.ts'

/** Every route behind the login, by the name that `routeName` gives it. */
export const routes: Routes = new Map([
  ...routesOf3,
  ...routesOf40,
  ...warehouseRoutes,
  ...listRoutes,
])

/** The logins, the routes behind them, and what 4.1 signs. */
export const calls: readonly string[] = [
  'api/login',
  'api/account.login',
  ...routes.keys(),
  ...[...signedCalls.keys()].map((name) => `api/order ${name}`),
]
