/** The methods of a model that are forwarded in their own dialect. */
export type WireMethod = 'generateContent' | 'streamGenerateContent' | 'countTokens'

/** A change of a document. */
export type WireChange =
  /** A field by its name in either spelling, with the objects around it where they are missing. */
  | { readonly set: readonly string[]; readonly value: string | number }
  | ({ readonly path: readonly (string | number)[] } & (
      | { readonly value: unknown }
      /** Bytes, to be written as base64. */
      | { readonly image: Uint8Array }
      /** A whole part; one behind the last of its list is added there. */
      | { readonly part: WirePart }
      /** The member or element is taken out. */
      | { readonly remove: true }
    ))

/** A part of what is asked, to be written into a document. */
export type WirePart = { readonly text: string } | { readonly mimeType: string; readonly image: Uint8Array }

/** Where an image of a document stands. */
export type WireImage =
  | {
      readonly kind: 'inline'
      /** Of the object that holds it, and how its fields are spelled there. */
      readonly path: readonly (string | number)[]
      readonly dataKey: string
      readonly mimeTypeKey: string
      /** As the caller labelled it; empty where it did not. */
      readonly mimeType: string
    }
  /** A part that refers to a file of the gateway's own, which Google cannot read: it is put in. */
  | { readonly kind: 'stored'; readonly path: readonly (string | number)[] }

/** A request as it was received, in the dialect of Gemini. */
export interface WireDocument {
  readonly method: WireMethod
  /** The version the caller asked for, such as `v1beta`; empty where the path named none. */
  readonly apiVersion: string
  /** What of the caller's query goes on, with its `?`. */
  readonly query: string
  /** Where the images of `input` stand in the document, in their order. */
  readonly images: readonly WireImage[]
  /** The list of parts that holds what is asked, and how many they are; `null`: there is none. */
  readonly asked: { readonly path: readonly (string | number)[]; readonly length: number } | null
  /** The document with changes, in pieces to be sent one after the other: every other byte is as it was received. */
  pieces(changes: readonly WireChange[]): readonly Uint8Array[]
  /** The same for the same document, and for no other. */
  fingerprint(): string
  /** Takes what is streamed back, as it comes. */
  readonly sink?: WireSink
  /** What answers are to be collected in, by whoever knows how long they are needed; missing: memory of their own. */
  readonly memory?: TakeMemory
}

/** Memory of at least so many bytes, in one piece, with anything in it. */
export type TakeMemory = (byteLength: number) => Buffer

/** Where the events of a streamed answer go as they come: those before the first image, which has to be looked at first. */
export interface WireSink {
  write(events: Uint8Array): void
}

/** A request that goes out as it came in. */
export interface WireCall {
  readonly method: WireMethod
  readonly apiVersion: string
  /** Of the address, with its `?`; empty: none. */
  readonly query: string
  /** The body, to be sent one piece after the other. */
  readonly pieces: readonly Uint8Array[]
  readonly sink?: WireSink
  readonly memory?: TakeMemory
}

/** What a target answered, verbatim. */
export interface WireAnswer {
  readonly status: number
  /** Those that say something about the answer itself, such as `content-type`. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** How many bytes of the body the sink has been given already. */
  readonly handedOverBytes: number
  /** Whether it broke off. */
  readonly cut: boolean
}
