import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { platform } from 'node:process'
import { createSecureContext } from 'node:tls'
import type { Findings } from './findings.ts'
import type { GatewayConfig } from './gateway-config.ts'
import type { Path } from './path.ts'

/** A file that the configuration names, and where it names it. */
export interface NamedFile {
  readonly path: Path
  readonly file: string
}

/** Notes which of the files cannot be read, so that it is known before the first edit needs one. */
export function checkFiles(files: readonly NamedFile[], findings: Findings): void {
  for (const { path, file } of files) {
    if (!isReadable(file)) {
      findings.mistake(
        path,
        'names a file that is not there or may not be read',
        'Correct the path, or the rights of the file.',
      )
    }
  }
}

/** Notes whether certificate and key can be used together. */
export function checkTls({ tls }: GatewayConfig['listen'], findings: Findings): void {
  if (tls === null) return
  const path: Path = ['listen', 'tls', 'key']
  checkFiles(
    [
      { path: ['listen', 'tls', 'cert'], file: tls.cert },
      { path, file: tls.key },
    ],
    findings,
  )
  if (!isReadable(tls.cert) || !isReadable(tls.key)) return
  try {
    createSecureContext({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) })
  } catch {
    findings.mistake(
      ['listen', 'tls'],
      'is no certificate with its private key, both in PEM and without a passphrase',
      'Compare the two: they have to be of one pair.',
    )
  }
  if (platform !== 'win32' && (statSync(tls.key).mode & 0o004) !== 0) {
    findings.warning(path, 'is a file that every user of this machine can read', `chmod 600 ${tls.key}`)
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
