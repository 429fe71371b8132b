export const PROVIDER_KINDS = ['local', 'ai-studio', 'vertex'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]
