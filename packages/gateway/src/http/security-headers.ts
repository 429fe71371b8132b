/** What every answer tells browsers: nothing of it is a page that may run anything, or be shown inside another. */
export function securityHeaders({ tls }: { readonly tls: boolean }): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'no-store',
    ...(tls && { 'strict-transport-security': 'max-age=31536000' }),
  }
}
