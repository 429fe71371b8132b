import type { Charged } from './outcome.ts'

/** Exit codes of the command line, by what the user has to look at next. */
export const EXIT = {
  edited: 0,
  internal: 1,
  usage: 2,
  input: 3,
  refused: 4,
  credential: 5,
  quota: 6,
  upstream: 7,
  notAnEdit: 8,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export interface ErrorEntry {
  /** Status on the native and OpenAI doors. */
  readonly status: number
  readonly exit: ExitCode
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  /** What is known of the bill when nothing more precise is. */
  readonly charged: Charged
  /** Public text: one sentence, without particulars of the request. */
  readonly text: string
}

/** The one table of everything that can go wrong; every door, the CLI and the documentation read it. */
export const ERRORS = {
  invalid_request: {
    status: 400,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The request is not understood.',
  },
  unknown_model: {
    status: 404,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'No model of that name is known.',
  },
  unsupported_option: {
    status: 400,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The chosen target or model does not offer that option.',
  },
  consent_required: {
    status: 402,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The edit would leave this machine and cost money, and nobody has agreed to that yet.',
  },
  config_invalid: {
    status: 500,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The configuration has mistakes.',
  },
  key_missing: {
    status: 401,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The gateway wants one of its keys, and none came.',
  },
  key_unknown: {
    status: 401,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The key is not one of this gateway.',
  },
  not_allowed: {
    status: 403,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The key may not do that.',
  },
  too_many_requests: {
    status: 429,
    exit: 6,
    retryable: true,
    charged: 'no',
    text: 'The key has used up what this gateway allows it for a while.',
  },
  overloaded: {
    status: 503,
    exit: 7,
    retryable: true,
    charged: 'no',
    text: 'The gateway holds as many bytes as it may; it takes more as soon as edits under way are done.',
  },
  shutting_down: {
    status: 503,
    exit: 7,
    retryable: true,
    charged: 'no',
    text: 'The gateway is being stopped and takes no new work.',
  },
  request_too_large: {
    status: 413,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The request is larger than the gateway takes.',
  },
  request_timeout: {
    status: 408,
    exit: 7,
    retryable: true,
    charged: 'no',
    text: 'The request did not arrive in time.',
  },
  unsupported_media_type: {
    status: 415,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The body is of a type or encoding that is not taken there.',
  },
  not_acceptable: {
    status: 406,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The answer cannot be given in the form that was asked for.',
  },
  method_not_allowed: {
    status: 405,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'There is such a path, but not with that method.',
  },
  not_found: {
    status: 404,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'There is nothing at that path, or nothing any more.',
  },
  not_implemented: {
    status: 501,
    exit: 4,
    retryable: false,
    charged: 'no',
    text: 'Google has that method, Plantain does not have it yet.',
  },
  storage_full: {
    status: 507,
    exit: 1,
    retryable: true,
    charged: 'no',
    text: 'The gateway’s store is full; it takes more once something in it has expired or was deleted.',
  },
  storage_failed: {
    status: 503,
    exit: 1,
    retryable: true,
    charged: 'no',
    text: 'The gateway’s store cannot be read or written.',
  },
  output_not_writable: {
    status: 500,
    exit: 2,
    retryable: false,
    charged: 'no',
    text: 'The result cannot be written there.',
  },
  input_not_found: {
    status: 400,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The input file is not there.',
  },
  input_not_readable: {
    status: 400,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The input cannot be read as a file.',
  },
  image_empty: { status: 400, exit: 3, retryable: false, charged: 'no', text: 'The image has no bytes.' },
  image_unsupported: {
    status: 415,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The bytes are not an image of a format that can be edited.',
  },
  image_corrupt: {
    status: 400,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The image is damaged or cut off and cannot be decoded.',
  },
  image_too_large: {
    status: 413,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The image is larger than the limit.',
  },
  mask_unusable: {
    status: 400,
    exit: 3,
    retryable: false,
    charged: 'no',
    text: 'The mask does not fit the image.',
  },
  unsupported_instruction: {
    status: 422,
    exit: 4,
    retryable: false,
    charged: 'no',
    text: 'The local engine cannot do what the instruction asks.',
  },
  no_subject: {
    status: 422,
    exit: 4,
    retryable: false,
    charged: 'no',
    text: 'No clear subject stands out in the photo, so its background cannot be told apart.',
  },
  image_blocked: {
    status: 422,
    exit: 4,
    retryable: false,
    charged: 'unknown',
    text: 'The model refused the edit for a safety or policy reason.',
  },
  credential_missing: {
    status: 401,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'No credential is configured for the target.',
  },
  credential_invalid: {
    status: 401,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The provider does not accept the credential.',
  },
  permission_denied: {
    status: 403,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The credential is valid but may not do this.',
  },
  billing_required: {
    status: 402,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The provider wants a billing account for this.',
  },
  target_misconfigured: {
    status: 502,
    exit: 5,
    retryable: false,
    charged: 'no',
    text: 'The gateway is not let in where the edit was to be made; its operator has to mend that.',
  },
  rate_limited: {
    status: 429,
    exit: 6,
    retryable: true,
    charged: 'no',
    text: 'The provider asks for fewer requests for a while.',
  },
  quota_exhausted: {
    status: 429,
    exit: 6,
    retryable: false,
    charged: 'no',
    text: 'The quota is used up for the day, or is zero for this model.',
  },
  region_unavailable: {
    status: 400,
    exit: 7,
    retryable: false,
    charged: 'no',
    text: 'The model is not served in that place.',
  },
  model_unavailable: {
    status: 404,
    exit: 7,
    retryable: false,
    charged: 'no',
    text: 'The provider does not serve that model to this credential.',
  },
  upstream_rejected: {
    status: 400,
    exit: 7,
    retryable: false,
    charged: 'no',
    text: 'The provider refused the request as invalid.',
  },
  upstream_overloaded: {
    status: 503,
    exit: 7,
    retryable: true,
    charged: 'no',
    text: 'The provider is overloaded.',
  },
  upstream_error: {
    status: 502,
    exit: 7,
    retryable: true,
    charged: 'unknown',
    text: 'The provider failed.',
  },
  upstream_unreachable: {
    status: 502,
    exit: 7,
    retryable: true,
    charged: 'no',
    text: 'The provider cannot be reached.',
  },
  upstream_interrupted: {
    status: 502,
    exit: 7,
    retryable: true,
    charged: 'unknown',
    text: 'The connection broke while the provider was answering.',
  },
  upstream_unreadable: {
    status: 502,
    exit: 7,
    retryable: true,
    charged: 'unknown',
    text: 'The provider answered something that cannot be read.',
  },
  deadline_exceeded: {
    status: 504,
    exit: 7,
    retryable: true,
    charged: 'unknown',
    text: 'The edit took longer than its deadline.',
  },
  no_image: {
    status: 502,
    exit: 8,
    retryable: true,
    charged: 'yes',
    text: 'The model answered without an image.',
  },
  unchanged: {
    status: 502,
    exit: 8,
    retryable: true,
    charged: 'yes',
    text: 'The model returned the photo as it was.',
  },
  wrong_shape: {
    status: 502,
    exit: 8,
    retryable: true,
    charged: 'yes',
    text: 'The model returned an image of another ratio or size than asked.',
  },
  preserve_failed: {
    status: 502,
    exit: 8,
    retryable: true,
    charged: 'yes',
    text: 'What was to be preserved could not be put back safely.',
  },
  cancelled: { status: 499, exit: 130, retryable: true, charged: 'unknown', text: 'The edit was cancelled.' },
  internal: {
    status: 500,
    exit: 1,
    retryable: true,
    charged: 'unknown',
    text: 'Something is wrong in Plantain.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** Where a code is explained to users. */
export function docsAnchor(code: ErrorCode): string {
  return `docs/errors.md#${code}`
}
