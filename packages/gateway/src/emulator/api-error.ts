export { ApiError, type ApiErrorOptions, type ErrorStatus, invalidArgument } from '../wire/api-error.ts'
