import { ApiError, invalidArgument } from '../api-error.ts'

/** The same for a file of somebody else and for none at all, as users report it. */
export function fileForbidden(id: string): ApiError {
  return new ApiError(403, `You do not have permission to access the File ${id} or it may not exist.`)
}

/** As users report it; that it is a failed precondition is as far as known. */
export function fileNotActive(id: string): ApiError {
  return new ApiError(400, `The File ${id} is not in an ACTIVE state and usage is not allowed.`, {
    rpc: 'FAILED_PRECONDITION',
  })
}

/** As far as known: Google's general words for a name that is taken. */
export function nameTaken(): ApiError {
  return new ApiError(409, 'Requested entity already exists')
}

/** Of all uploads under way and all files. The words are not Google's: it is not known to count files. */
export function tooManyFiles(maxFiles: number): ApiError {
  return new ApiError(
    429,
    `You have ${maxFiles} files and uploads under way, which is the most. Delete some, or wait until some expire.`,
  )
}

const LIMITS_PAGE = 'https://ai.google.dev/gemini-api/docs/rate-limits'

/** As reported (github.com/alphaXiv/feedback/issues/16). */
export function storageExhausted(maxProjectBytes: number): ApiError {
  const quotaMetric = 'generativelanguage.googleapis.com/file_storage_bytes'
  return new ApiError(
    429,
    `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: ${LIMITS_PAGE}.\n* Quota exceeded for metric: ${quotaMetric}, limit: ${maxProjectBytes}`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [
            { quotaMetric, quotaId: 'FileStorageBytesPerProject', quotaValue: String(maxProjectBytes) },
          ],
        },
        {
          '@type': 'type.googleapis.com/google.rpc.Help',
          links: [{ description: 'Learn more about Gemini API quotas', url: LIMITS_PAGE }],
        },
      ],
    },
  )
}

/** The words of the following are not Google's: what it answers was not observed. */

export function fileTooLarge(maxFileBytes: number): ApiError {
  return new ApiError(400, `The file exceeds the limit of ${maxFileBytes} bytes.`)
}

export function notDownloadable(id: string): ApiError {
  return new ApiError(400, `The File ${id} was uploaded: only generated files can be downloaded.`)
}

export function badField(name: string, because: string): ApiError {
  return invalidArgument(`* CreateFileRequest.file.${name}: ${because}`, `file.${name}`)
}

/** What an upload has come to, as the header says it. */
export type UploadStatus = 'active' | 'final' | 'cancelled'

export function uploadError(because: string, status: UploadStatus, receivedBytes?: number): ApiError {
  return new ApiError(400, because, { headers: uploadHeaders(status, receivedBytes) })
}

export function uploadUnknown(): ApiError {
  return new ApiError(404, 'The upload is not known: it was never started, or too long ago.')
}

export function uploadHeaders(status: UploadStatus, receivedBytes?: number): Record<string, string> {
  return {
    'x-goog-upload-status': status,
    ...(receivedBytes !== undefined && { 'x-goog-upload-size-received': String(receivedBytes) }),
  }
}
