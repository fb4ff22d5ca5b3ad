/** Where 4.0 and the warehouse module keep their methods apart from the controller. */
const withMethod = /^(api\/(?:account|sale|localisation)\/[^./|]+|api\/zstore)[./|]([^./|]+)/

/**
 * One name for the spellings of a route: `|` and `/` before the method of a 4.0 route are `.`, the
 * module's `api/zstore.x` is `api/zstore/x`, and what trails behind a method is left off (contract
 * §9; warehouse contract A.2).
 */
export function routeName(route: string): string {
  if (/^api\/account[./|]login$/.test(route)) return 'api/account.login'
  const match = withMethod.exec(route)
  if (match === null) return route
  const [, controller = '', method = ''] = match
  return `${controller}${controller === 'api/zstore' ? '/' : '.'}${method}`
}
