/** Of a gateway under the trial: notices go to servers on this machine, callers stand apart. */
export const isolationSettings = {
  settings: {
    BASE_DOMAINS: 'orders.test',
    TRUSTED_PROXIES: '127.0.0.1',
    NOTICES_HTTP: 'on',
    NOTICES_UNSAFE_TARGETS: 'on',
  },
  notices: {},
} as const
