/** A file that was uploaded here, to be edited. */
export interface StoredImage {
  readonly byteLength: number
  bytes(): Promise<Uint8Array>
}
