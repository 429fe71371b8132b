import { type Header, SECRET } from './draft.ts'

/** What was meant for one thing and stands for another, or for nothing: the fuel of the fuzzer. */

/** Texts without spaces in them, written as a line of words. */
function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

const LONG = ['x'.repeat(4095), 'x'.repeat(4096), 'A'.repeat(20_000)]

/** In a field of a document. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  -1,
  0,
  -0,
  1.5,
  1e-320,
  2 ** 31,
  2 ** 53 + 2,
  ...words('1e999 123456789012345678901234567890 -0.0e-0').map((number) => JSON.rawJSON(number)),
  ...words('9223372036854775808 -1 1e3 0x10 NaN Infinity é <b> %00 ${1} __proto__ constructor toString then'),
  ...words('../../etc/passwd file:///etc/passwd http://169.254.169.254/ gs://a/b files/x data:,a'),
  '',
  ' 1 ',
  '\uD83D',
  'a\uDC00b',
  '\u0000',
  '\u2028',
  '\uFEFF',
  '\r\n',
  '🌊'.repeat(40),
  ...LONG,
  Array.from({ length: 300 }, () => ({ text: 'a' })),
  Array.from({ length: 2000 }, (_, i) => i),
]

/** As the name of a field. */
export const ODD_KEYS: readonly string[] = [
  ...words(
    '__proto__ constructor prototype hasOwnProperty toString toJSON then 0 length contents parts data 🌊',
  ),
  ...words('type model inline_data fileData thoughtSignature functionCall role seed tools'),
  '',
  '\uD83D',
  '\u0000',
  'x'.repeat(5000),
]

export const ODD_BYTES: readonly string[] = ['\0', '\r', '\n', '\r\n', '"', '\\', '{', ']', '\x1b', '\ufeff']

export const VERBS: readonly string[] = words(
  'GET POST PUT PATCH DELETE HEAD OPTIONS TRACE PROPFIND MKCOL LOCK REPORT PURGE SEARCH M-SEARCH SUBSCRIBE LINK QUERY',
)

/** Somewhere in a path. */
export const ODD_IN_PATHS: readonly string[] = words(
  `% %zz %00 %2F %2f..%2f /../ /./ ;a=b %C3%28 %F0%9F%8C%8A \\ | %0d%0aset-cookie:a : :: @ * ' " < [ { ^ \` ~ + #`,
)

/** As the last part of a path. */
export const ODD_NAMES: readonly string[] = ['', ...words('.. %2e%2e x:generateContent : a:b:c %00')]

export const ODD_VERSIONS: readonly string[] = ['', ...words('v1 v1alpha v2 v1beta1 %76%31')]

export const ODD_MODELS: readonly string[] = [
  ...words('constructor __proto__ gemini-9 gemini-3-pro-image %F0%9F%8C%8A'),
  'a b',
]

export const ODD_IN_QUERIES: readonly string[] = words('% %zz %00 & = + ? # [] %FF ==')

export const ODD_QUERIES: readonly string[] = [
  ...words('alt=sse alt=json alt=media alt= $alt=sse alt=sse&alt=json $prettyPrint=false'),
  ...words('pageSize=-1 pageSize=0 pageSize=1e9 pageSize=x pageSize=99999999999999999999'),
  ...words('pageToken=x pageToken=%00 pageToken=LTE stream=true stream=maybe last_event_id=a'),
  ...words('upload_id=x upload_id=__proto__ uploadType=media recursive=true wait_for_change=true'),
  ...words('audience= scopes=, format=full calls=x open=-1 images=999999999999 __proto__=a'),
  ...words(`key=${SECRET}invalid key=${SECRET}expired&key=${SECRET}leaked key=${SECRET}denied`),
  `access_token=${SECRET}`,
]

/** Behind a credential; some of these words decide what becomes of it. */
export const STANDINGS: readonly string[] = ['invalid', 'expired', 'leaked', 'denied', ' no-permission', ',']

/** As the value of a header. */
export const ODD_TEXTS: readonly string[] = [
  ...words(', \xe9\xff %00 0 -1 99999999999999999999 null * multipart/related start'),
  ...words(`AQ.${SECRET} ${SECRET} ${'x'.repeat(9000)}`),
  '',
  ' ',
  ', ,',
  `Basic ${SECRET}`,
  `bearer  ${SECRET}`,
  `Bearer ${SECRET}, Bearer b`,
  'multipart/related; boundary=',
  `multipart/related; boundary="${'b'.repeat(70)}"`,
  'text/plain; charset=utf-16',
  'upload, finalize, cancel, query',
]

/** Beside the others. */
export const ODD_HEADERS: readonly Header[] = [
  ['origin', 'https://a.example'],
  ['origin', '\xe9\xff'],
  ['content-encoding', 'gzip'],
  ['expect', '100-continue'],
  ['expect', 'a miracle'],
  ['te', 'trailers'],
  ['connection', 'close'],
  ['connection', 'keep-alive, x-goog-api-key'],
  ['host', ''],
  ['host', 'a:b:c'],
  ['host', 'x'.repeat(300)],
  ['host', '\xe9'],
  ['x-http-method-override', 'DELETE'],
  ['cookie', `a=${SECRET}`],
  ['x-goog-upload-protocol', 'raw'],
  ['x-goog-upload-protocol', 'multipart'],
  ['x-goog-upload-command', 'start'],
  ['x-goog-upload-offset', '-1'],
  ['x-goog-upload-header-content-length', '1e3'],
  ['x-goog-upload-header-content-length', '999999999999999'],
  ['range', 'bytes=0-'],
  ['x-goog-user-project', SECRET],
  ['proxy-authorization', SECRET],
  ['authorization', `Bearer ${SECRET}`],
  ['x-goog-api-key', `${SECRET}-b`],
  ['metadata-flavor', 'google'],
  ['content-type', 'text/html'],
  ['__proto__', 'a'],
]

/** Behind a persona. */
export const MODIFIERS: readonly string[] = [
  ...words('@50% @2x @0x @100%@1x @1s+2s @0s+7s/14s @20s @ @@ @200% @-1x @1s+ @0s+0s/0s'),
  ...words('@99999999999s @__proto__ @1e3x'),
  ' @ 30% ',
]

/** Good ones and bad; those that stall or wait for long are left out: no limit of time could hold. */
export const PERSONAS: readonly string[] = [
  ...words(
    'text-only no-image image-safety finish=RECITATION finish=NOPE finish blocked blocked=SAFETY blocked=',
  ),
  ...words(
    'empty unchanged smaller wrong-ratio wrong-ratio=21:9 drift=strong drift=__proto__ drafts=1 drafts=0',
  ),
  ...words(
    'thought-drafts=2 thought-only duplicate wrong-mime undecodable truncated-base64 no-usage no-signature',
  ),
  ...words(
    '429-minute 429-minute=0.1s 429-minute=x 429-day 429-zero 429-bare 429-prepay 500 503 503-overloaded',
  ),
  ...words('504 bad-location api-disabled iam-denied key-leaked model-gone stream-error html-413 html-502'),
  ...words('latency=5ms latency=1ms..9ms latency=9ms..1ms latency=exponential:2ms latency=lognormal:2ms:0.5'),
  ...words('latency=x reset reset=0 close=0.3 close=1 close=2 drip=9000000 drip=0 quota=1/min quota=0/day'),
  ...words(`quota=9tokens/min quota=x constructor __proto__ \xe9 ${'x'.repeat(300)}`),
]

/** Where a body in chunks should be. */
export const BAD_CHUNKS: readonly string[] = [
  'zz\r\n',
  '-1\r\n',
  'ffffffffffffffffff\r\n',
  '5;a=b\r\nab',
  '5\n',
  '\r\n',
  '0x5\r\n',
  '3\r\nabcdef\r\n',
  '0\r\n',
  '0\r\ncontent-length: 5\r\n\r\n',
  `5;${'a'.repeat(30_000)}\r\n`,
  '1 \r\na\r\n0\r\n\r\n',
]
