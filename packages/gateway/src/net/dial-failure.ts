import { type ErrorCode, type Fault, fault } from '../contract/error.ts'

/** Why a request got no answer. */
export type DialFailureKind =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls'
  | 'reset'
  | 'body-cut'
  | 'too-large'
  | 'garbled'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'total-timeout'
  | 'aborted'

/** How much of the request had been handed to the socket: a server can only act on `all`. */
export type Sent = 'nothing' | 'part' | 'all'

export interface DialFailure {
  readonly kind: 'failure'
  readonly failure: DialFailureKind
  readonly sent: Sent
  /** The system's or undici's error code. */
  readonly detail: string
}

/** How far an exchange had come when it failed. */
export interface Progress {
  readonly sent: Sent
  /** Whether the head of the answer was read. */
  readonly answering: boolean
}

const BY_CODE: Readonly<Record<string, DialFailureKind>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOENT: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  EMFILE: 'unreachable',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  EPROTO: 'tls',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_HEADERS_OVERFLOW: 'garbled',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'body-cut',
}

/** Node names certificate faults after OpenSSL's: there are dozens, all in these families. */
const TLS_CODE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|CRL_)/

/** Sorts an error of undici or of a socket; `null` for what is no such thing, that is a bug of ours. */
export function dialFailureOf(error: unknown, progress: Progress): DialFailure | null {
  const detail = errorCode(error)
  const failure = failureKind(detail, progress)
  return failure === null ? null : { kind: 'failure', failure, sent: progress.sent, detail }
}

function failureKind(code: string, { sent, answering }: Progress): DialFailureKind | null {
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'garbled'
  if (TLS_CODE.test(code)) return 'tls'
  const kind = BY_CODE[code] ?? null
  if (answering && kind !== null && kind !== 'garbled') return 'body-cut'
  // On a connection that stands, the system's words for "gone" all mean that it broke.
  if (sent !== 'nothing' && (kind === 'connect-timeout' || kind === 'unreachable')) return 'reset'
  return kind
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // undici has no code for some of what its parser refuses.
  if (error.name === 'HTTPParserError') return 'HPE_UNKNOWN'
  // Several addresses were tried and none answered: the first speaks for all.
  if (error instanceof AggregateError) return errorCode(error.errors[0])
  return error.cause === undefined ? '' : errorCode(error.cause)
}

interface Meaning {
  readonly code: ErrorCode
  readonly text: (host: string) => string
}

const MEANINGS: Readonly<Record<DialFailureKind, Meaning>> = {
  dns: {
    code: 'upstream_unreachable',
    text: (host) =>
      `The name ${host} cannot be resolved. Check the network, the DNS and the configured address.`,
  },
  refused: {
    code: 'upstream_unreachable',
    text: (host) => `${host} refuses connections. Check that the address and port are right and served.`,
  },
  unreachable: {
    code: 'upstream_unreachable',
    text: (host) => `${host} cannot be reached from this machine. Check the network and the firewall.`,
  },
  'connect-timeout': {
    code: 'upstream_unreachable',
    text: (host) =>
      `No connection to ${host} came about in time. Check the network and the firewall, or allow more with ` +
      'timeouts.connectMs.',
  },
  tls: {
    code: 'upstream_unreachable',
    text: (host) =>
      `No trusted TLS connection to ${host}. Check this machine's clock, and add a company's own certificate ` +
      'authority with NODE_EXTRA_CA_CERTS.',
  },
  reset: {
    code: 'upstream_interrupted',
    text: (host) => `The connection to ${host} broke before an answer came. Trying again may help.`,
  },
  'body-cut': {
    code: 'upstream_interrupted',
    text: (host) => `The answer of ${host} broke off in the middle. Trying again may help.`,
  },
  'too-large': {
    code: 'upstream_unreadable',
    text: (host) => `The answer of ${host} is larger than the limit and was not read.`,
  },
  garbled: {
    code: 'upstream_unreadable',
    text: (host) =>
      `What ${host} answers is not proper HTTP. Check that the configured address is the right one.`,
  },
  'first-byte-timeout': {
    code: 'upstream_timeout',
    text: (host) =>
      `${host} has the whole request and did not begin to answer within timeouts.firstByteMs. Try again, or allow ` +
      'more: large images take minutes.',
  },
  'idle-timeout': {
    code: 'upstream_interrupted',
    text: (host) =>
      `The answer of ${host} had begun, then nothing came of it for as long as timeouts.idleMs. Trying again may ` +
      'help, or allow more.',
  },
  'total-timeout': {
    code: 'upstream_timeout',
    text: (host) =>
      `The attempt at ${host} was not done within timeouts.totalMs. Try again, or allow more: large images take ` +
      'minutes.',
  },
  aborted: { code: 'cancelled', text: (host) => `The request to ${host} was given up.` },
}

/** What a failure means for an edit; `host` is named in the text. */
export function dialFault({ failure, sent }: DialFailure, host: string): Fault {
  const { code, text } = MEANINGS[failure]
  // A connection that broke while it was made is one that was never there.
  const met = failure === 'reset' && sent === 'nothing' ? 'upstream_unreachable' : code
  return fault(met, text(host), { charged: sent === 'all' ? 'unknown' : 'no' })
}
