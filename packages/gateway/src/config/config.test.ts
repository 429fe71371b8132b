import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { readConfig, sameConfig } from './config.ts'

test.each([
  [{}, undefined, 'local'],
  [{ GEMINI_API_KEY: 'k' }, undefined, 'ai-studio'],
  [{ GOOGLE_API_KEY: 'k' }, undefined, 'ai-studio'],
  [{ GEMINI_API_KEY: '' }, undefined, 'local'],
  [{ GEMINI_API_KEY: 'k' }, 'local', 'local'],
  [{ GEMINI_API_KEY: 'k', PLANTAIN_PROVIDER: 'vertex' }, undefined, 'vertex'],
  [{ GEMINI_API_KEY: 'k', GOOGLE_GENAI_USE_VERTEXAI: 'true' }, undefined, 'vertex'],
  // Credentials that merely lie on the machine choose nothing.
  [{ GOOGLE_APPLICATION_CREDENTIALS: '/key.json', GOOGLE_CLOUD_PROJECT: 'my-project' }, undefined, 'local'],
] as const)('%j and %j choose %s', (env, provider, kind) => {
  expect(readConfig(env, provider ? { provider } : {}).provider.kind).toBe(kind)
})

test('GOOGLE_API_KEY wins over GEMINI_API_KEY, as in Google’s own libraries', () => {
  const { aiStudio } = readConfig({ GEMINI_API_KEY: 'gemini', GOOGLE_API_KEY: 'google' })
  expect(aiStudio.key?.reveal()).toBe('google')
  expect(aiStudio.keyFrom).toBe('GOOGLE_API_KEY')
})

test('a key and no project is express mode; a project needs no key', () => {
  const vertex = { GOOGLE_GENAI_USE_VERTEXAI: '1' }
  expect(readConfig({ ...vertex, GOOGLE_API_KEY: 'k' }).vertex.key?.reveal()).toBe('k')
  expect(
    readConfig({ ...vertex, GOOGLE_API_KEY: 'k', GOOGLE_CLOUD_PROJECT: 'my-project' }).vertex.key,
  ).toBeNull()
})

test.each([
  ['GOOGLE_GEMINI_BASE_URL', 'ftp://example.test', 'ai-studio'],
  ['GOOGLE_CLOUD_LOCATION', 'global.evil.test/', 'vertex'],
  ['GOOGLE_CLOUD_PROJECT', '../other', 'vertex'],
  ['PLANTAIN_PROVIDER', 'google', undefined],
] as const)('a wrong %s is named', (name, value, provider) => {
  expect(() => readConfig({ [name]: value }, provider ? { provider } : {})).toThrow(name)
})

test('what was set for another program does not hinder an offline edit', () => {
  const env = {
    GOOGLE_CLOUD_PROJECT: 'My Project',
    GOOGLE_GENAI_USE_VERTEXAI: 'no',
    GOOGLE_VERTEX_BASE_URL: 'x',
  }
  expect(readConfig(env).provider.kind).toBe('local')
})

test.each(['True', 'TRUE ', '1'])('GOOGLE_GENAI_USE_VERTEXAI=%s means yes', (value) => {
  expect(readConfig({ GOOGLE_GENAI_USE_VERTEXAI: value }).provider.kind).toBe('vertex')
})

test('a configuration can be printed and compared without giving its keys away', () => {
  const config = readConfig({ GEMINI_API_KEY: 'AIza-planted' })
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('planted')
  expect(sameConfig(config, readConfig({ GEMINI_API_KEY: 'AIza-planted' }))).toBe(true)
  expect(sameConfig(config, readConfig({ GEMINI_API_KEY: 'AIza-other' }))).toBe(false)
})
