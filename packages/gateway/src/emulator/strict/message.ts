import type { JsonObject } from '../../contract/json-object.ts'
import type { Surface } from '../../models/model.ts'
import type { Base64Value } from './base64-value.ts'

/** What a field that is neither enum, message nor list is read as. */
interface Scalars {
  string: string
  bytes: Base64Value
  bool: boolean
  int32: number
  /** Exact to 2^53. */
  int64: number
  float: number
  double: number
  /** `map<string, string>` */
  map: Readonly<Record<string, string>>
  /** `google.protobuf.Struct`: handed on as it came, long strings still `JsonBlob`s. */
  struct: JsonObject
  /** `google.protobuf.Value`: likewise, and anything goes. */
  value: unknown
}
type ScalarKind = keyof Scalars

interface Placed {
  /** The one surface that knows the field; missing: both do. */
  readonly only?: Surface
}
type ScalarField = { readonly [Kind in ScalarKind]: Placed & { readonly kind: Kind } }[ScalarKind]
/** Read from one JSON string, number or boolean. */
export type LeafField = Exclude<ScalarField, { kind: 'map' | 'struct' | 'value' }>
export interface EnumField<Name extends string = string> extends Placed {
  readonly kind: 'enum'
  /** Below the package: `GenerationConfig.Modality`. */
  readonly type: string
  /** Number by name. Of names that share a number the first is what is read; one surface may number differently, or lack it. */
  readonly numbers: Readonly<Record<Name, EnumNumber>>
  readonly anyCase: boolean
}
export type EnumNumber = number | Readonly<Partial<Record<Surface, number>>>
export interface MessageField<Of extends Message = Message> extends Placed {
  readonly kind: 'message'
  readonly message: Of
}
export interface ListField<Of extends ItemField = ItemField> extends Placed {
  readonly kind: 'list'
  readonly of: Of
}
export type ItemField = ScalarField | EnumField | MessageField
export type Field = ItemField | ListField

/** A proto3 message: fields by their lowerCamelCase names. */
export interface Message<Fields extends Readonly<Record<string, Field>> = Readonly<Record<string, Field>>> {
  /** Below the package: `GenerateContentRequest`. */
  readonly type: string
  readonly fields: Fields
  /** Members by the name of the oneof. */
  readonly oneofs?: Readonly<Record<string, readonly string[]>>
}

/** What a message is read as: every field may be missing. */
export type Read<Of extends Message> = {
  readonly [Name in keyof Of['fields']]?: ReadField<Of['fields'][Name]>
}
type ReadField<Of> =
  Of extends ListField<infer Item>
    ? readonly ReadField<Item>[]
    : Of extends MessageField<infer Inner>
      ? Read<Inner>
      : Of extends EnumField<infer Name>
        ? Name
        : Of extends { readonly kind: infer Kind extends ScalarKind }
          ? Scalars[Kind]
          : never

export const STRING = { kind: 'string' } as const
export const BYTES = { kind: 'bytes' } as const
export const BOOL = { kind: 'bool' } as const
export const INT32 = { kind: 'int32' } as const
export const INT64 = { kind: 'int64' } as const
export const FLOAT = { kind: 'float' } as const
export const DOUBLE = { kind: 'double' } as const
export const MAP = { kind: 'map' } as const
export const STRUCT = { kind: 'struct' } as const
export const VALUE = { kind: 'value' } as const

/** An enum whose names are taken exactly as they are. */
export function enumOf<Name extends string>(
  type: string,
  numbers: Readonly<Record<Name, EnumNumber>>,
): EnumField<Name> {
  return { kind: 'enum', type, numbers, anyCase: false }
}

/** An enum whose names are taken in any case. */
export function looseEnumOf<Name extends string>(
  type: string,
  numbers: Readonly<Record<Name, EnumNumber>>,
): EnumField<Name> {
  return { kind: 'enum', type, numbers, anyCase: true }
}

export function messageOf<Of extends Message>(message: Of): MessageField<Of> {
  return { kind: 'message', message }
}

export function listOf<Of extends ItemField>(of: Of): ListField<Of> {
  return { kind: 'list', of }
}

/** A field that the other surface calls unknown. */
export function onlyOn<Of extends Field>(only: Surface, field: Of): Of & { readonly only: Surface } {
  return { ...field, only }
}
