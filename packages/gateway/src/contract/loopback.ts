import { isIP } from 'node:net'

/** `::ffff:127.0.0.1` is how a socket that listens on IPv6 sees a caller over IPv4. */
const LOOPBACK_V6 = /^\[::(?:1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/

/** Whether an IP address, in any spelling, is reached from this machine only. */
export function isLoopbackAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return address.startsWith('127.')
    case 6:
      return LOOPBACK_V6.test(URL.parse(`http://[${address}]`)?.hostname ?? '')
    default:
      return false
  }
}

/** Whether a host, as in a URL or an address to listen on, is this machine. A name that only resolves to it is not. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopbackAddress(host.replace(/^\[(.*)\]$/, '$1'))
}

/** Whether a credential may be sent there: by https, or within this machine; nothing in the address that is no address. */
export function mayCarryCredential(url: URL): boolean {
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
  return isPrivate && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}
