import { z } from 'zod'
import type { ModelSettings } from '../../contract/request.ts'
import { JsonBlob } from '../../wire/json-blob.ts'
import { MOST_TEXT_BYTES } from '../../wire/json-field.ts'

/** Names as this dialect has them: those of `generateContent` in lower case, which Google knows more of every year. */
const name = z.string().regex(/^[a-z][a-z_]{0,63}$/, 'is no name of Google’s')

/** A text that may have been left where it lies. */
const text = z.preprocess(
  (value) => (value instanceof JsonBlob && value.byteLength <= MOST_TEXT_BYTES ? value.text() : value),
  z.string(),
)

/** What of a request is told to the model as it is. */
export const SETTINGS = {
  system_instruction: text.nullish(),
  safety_settings: z.array(z.object({ type: name, threshold: name })).nullish(),
}

export const GENERATION_SETTINGS = {
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.int().min(1).max(2_147_483_647).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  thinking_level: name.nullish(),
}

const Settings = z.object({ ...SETTINGS, generation_config: z.object(GENERATION_SETTINGS).nullish() })

/** The same by the names of `generateContent`; `null`: the model is told nothing. */
export function modelSettings({
  system_instruction: system,
  safety_settings: safety,
  generation_config: config,
}: z.infer<typeof Settings>): ModelSettings | null {
  const generationConfig = generationConfigOf(config ?? {})
  const settings: ModelSettings = {
    ...(system && { systemInstruction: system }),
    ...(safety && safety.length > 0 && { safetySettings: safety.map(safetySetting) }),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  }
  return Object.keys(settings).length === 0 ? null : settings
}

function safetySetting({ type, threshold }: { readonly type: string; readonly threshold: string }) {
  return { category: `HARM_CATEGORY_${type.toUpperCase()}`, threshold: threshold.toUpperCase() }
}

function generationConfigOf({
  temperature,
  top_p: topP,
  max_output_tokens: maxOutputTokens,
  stop_sequences: stopSequences,
  thinking_level: level,
}: NonNullable<z.infer<typeof Settings>['generation_config']>): NonNullable<
  ModelSettings['generationConfig']
> {
  return {
    ...(isSaid(temperature) && { temperature }),
    ...(isSaid(topP) && { topP }),
    ...(isSaid(maxOutputTokens) && { maxOutputTokens }),
    ...(isSaid(stopSequences) && { stopSequences }),
    ...(isSaid(level) && { thinkingConfig: { thinkingLevel: level.toUpperCase() } }),
  }
}

function isSaid<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
