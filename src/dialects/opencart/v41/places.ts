import type { Call } from '../../dialect.ts'

/** Where a client may believe that index.php lies: what it signs of the address. */
export type Places = {
  readonly hosts: readonly string[]
  /** With slashes at both ends. */
  readonly directories: readonly string[]
}

const ADDRESS = /^[a-z]+:\/\/([^/]*)(.*)$/i

/**
 * Hosts and directories that the client may have signed: as the call came in, and as our own
 * address says. A proxy may call itself by another host, and may put a prefix before the path or
 * take one off. A handful, each once.
 */
export function placesOf(call: Pick<Call, 'header' | 'baseUrl' | 'path' | 'wholePath'>): Places {
  const [, ownHost = '', ownPath = ''] = ADDRESS.exec(call.baseUrl) ?? []
  const hosts = [call.header('host') ?? '', ownHost]
  const inner = folderOf(call.path)
  const directories = [folderOf(call.wholePath), inner, folderOf(`${ownPath}/`), ownPath + inner]
  return {
    hosts: [...new Set(hosts.filter((host) => host !== ''))],
    directories: [...new Set(directories)],
  }
}

/** `/shop/index.php` lies in `/shop/`; doubled slashes are one. */
function folderOf(path: string): string {
  const whole = `/${path}`.replace(/\/{2,}/g, '/')
  return whole.slice(0, whole.lastIndexOf('/') + 1)
}
