/**
 * How sure a fact is.
 * `documented`: Google's own page, SDK or model card says it. `observed`: somebody reports having seen it live.
 * `third-party`: somebody states it without showing it. `unconfirmed`: common knowledge, checked nowhere.
 */
export type Certainty = 'documented' | 'observed' | 'third-party' | 'unconfirmed'

/** Where the facts of the registry come from, by short name. Addresses are those read, not promises to stay. */
export const SOURCES = {
  deprecations: 'https://ai.google.dev/gemini-api/docs/deprecations',
  changelog: 'https://ai.google.dev/gemini-api/docs/changelog',
  pricing: 'https://ai.google.dev/gemini-api/docs/pricing',
  guide: 'https://ai.google.dev/gemini-api/docs/image-generation',
  'flash-lite-page': 'https://ai.google.dev/gemini-api/docs/models/gemini-3.1-flash-lite-image',
  'vertex-2.5-flash':
    'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/2-5-flash-image',
  'vertex-3-pro': 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/3-pro-image',
  'vertex-3.1-flash':
    'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/3-1-flash-image',
  'vertex-3.1-flash-lite':
    'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/3-1-flash-lite-image',
  'vertex-2.0-caution': 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/gemini/2-5-flash',
  'vertex-imagen-3': 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/imagen/3-0-generate',
  'vertex-imagen-4': 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models/imagen/4-0-generate',
  'vertex-imagen-2': 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/image/migrate-to-imagen-3',
  'file-limits':
    'https://blog.google/innovation-and-ai/technology/developers-tools/gemini-api-new-file-limits',
  'genai-sdk': 'type definitions of @google/genai 3.1.0',
  'genai-prices': 'public price tables naming the Gemini price page, autumn 2026',
  'litellm-2.1': 'https://github.com/BerriAI/litellm/discussions/44983',
  'skill-2.1': 'https://www.skills.sh/jpcaparas/skills/nanobanana',
  'tanstack-2.1': 'https://github.com/TanStack/ai/releases/tag/%40tanstack%2Fai-gemini%400.36.0',
  'laozhang-2.1': 'https://docs.laozhang.ai/en/api-capabilities/nano-banana-2-1-image',
  'vertex-sample-2.1': 'https://github.com/GoogleCloudPlatform/vertex-ai-creative-studio',
  'edit-drift': 'https://github.com/MegaTroll222/edit-drift',
  'preview-2.5-vertex': 'https://github.com/pollinations/pollinations/issues/9286',
  'preview-2.0-gone': 'https://github.com/bvzrays/astrbot_plugin_qqgal/issues/3',
  'live-signatures': 'https://github.com/googleapis/js-genai/issues/1116',
  'live-reports': 'user reports of what came back',
  'imagen-4-end':
    'https://yet-another-changelog.ai/changelog/gemini-cli-imagen-4-api-shutdown-migrate-gemini-image',
  'own-engine': 'this package',
  'common-knowledge': 'no page at hand',
} as const
export type SourceId = keyof typeof SOURCES

export interface Evidence {
  readonly certainty: Certainty
  readonly source: SourceId
}

export function documented(source: SourceId): Evidence {
  return { certainty: 'documented', source }
}

export function observed(source: SourceId): Evidence {
  return { certainty: 'observed', source }
}

export function thirdParty(source: SourceId): Evidence {
  return { certainty: 'third-party', source }
}

export function unconfirmed(source: SourceId = 'common-knowledge'): Evidence {
  return { certainty: 'unconfirmed', source }
}
