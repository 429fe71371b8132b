import type { JsonObject } from '../contract/json-object.ts'
import type { ProviderKind } from '../contract/provider-kind.ts'
import { LOCAL_MODEL } from './local.ts'
import type { Model, Surface } from './model.ts'
import { TEXT_MODELS } from './names.ts'
import { allModels } from './registry.ts'
import { isServed } from './served.ts'

/** Of all short names Google itself knows this one, on the Developer API. */
export const GOOGLES_ALIASES: ReadonlyMap<string, string> = new Map([
  ['nano-banana-pro-preview', 'gemini-3-pro-image'],
])

/** A name that can be asked for. */
export interface Served {
  readonly id: string
  /** `null`: answers text. */
  readonly model: Model | null
}

/** The models served on a surface at a moment: those the registry holds for living, and every text model. */
export function servedOn(surface: Surface, nowMs: number): readonly Served[] {
  const images = allModels()
    .filter((model) => isServed(model, { surface, nowMs }))
    .map((model): Served => ({ id: model.id, model }))
  const aliases = surface === 'ai-studio' ? [...GOOGLES_ALIASES] : []
  const second = aliases.flatMap(([id, meant]) =>
    images.filter((image) => image.id === meant).map(({ model }) => ({ id, model })),
  )
  return [...images, ...second, ...[...TEXT_MODELS].map((id): Served => ({ id, model: null }))]
}

/** What can be asked for where edits go to these providers, each id once. */
export function servedModels(providers: readonly ProviderKind[], nowMs: number): readonly Served[] {
  const all = providers.flatMap((kind) =>
    kind === 'local' ? [{ id: LOCAL_MODEL.id, model: LOCAL_MODEL }] : servedOn(kind, nowMs),
  )
  return [...new Map(all.map((served) => [served.id, served])).values()]
}

/** Limits of the text models that tutorials name: the same for all since Gemini 1.5 Flash, as far as known. */
const TEXT_LIMITS = { maxInputTokens: 1_048_576, maxOutputTokens: 65_536 }

/** A model as the Developer API lists it. Version, description and sampling figures are as far as known. */
export function developerModel(id: string, model: Model | null): JsonObject {
  const imagen = model?.family === 'imagen'
  const { maxInputTokens, maxOutputTokens } = model ?? TEXT_LIMITS
  const displayName = model?.marketName ?? titled(id)
  return {
    name: `models/${id}`,
    version: versionOf(id),
    displayName,
    description: model === null ? `${displayName} answers text.` : `${displayName} makes and edits images.`,
    // Google lists 480 and 8192 for Imagen, whose prompt is limited to as many tokens.
    inputTokenLimit: maxInputTokens ?? 480,
    outputTokenLimit: maxOutputTokens ?? 8192,
    supportedGenerationMethods: imagen
      ? ['predict']
      : ['generateContent', 'countTokens', 'batchGenerateContent'],
    ...(!imagen && { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2 }),
    ...(thinks(model) && { thinking: true }),
  }
}

function thinks(model: Model | null): boolean {
  return model?.thinking?.kind === 'levels' || model?.thinking?.kind === 'always'
}

/** `gemini-3.1-flash-image` is of version 3.1, `gemini-3-pro-image` of 3.0, an id without a figure of 001. */
function versionOf(id: string): string {
  const [, figure] = /-(\d+(?:\.\d+)?)(?=-|$)/.exec(id) ?? []
  if (figure === undefined) return '001'
  return figure.includes('.') ? figure : `${figure}.0`
}

function titled(id: string): string {
  return id
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
}
