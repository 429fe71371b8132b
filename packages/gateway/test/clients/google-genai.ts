import * as current from '@google/genai'
import * as former from 'genai-1'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { KEY } from '../emulator-client.ts'
import { PROJECT } from './network.ts'

export type GenAi = typeof current

/** Both are used by the types of 3.x: nothing is asked here that 1.x has not, but where a test says so. */
export const RELEASES: readonly (readonly [string, GenAi])[] = [
  ['3.x', current],
  ['1.x', former as unknown as GenAi],
]

export function developer({ url }: RunningEmulator, { GoogleGenAI }: GenAi, apiKey = KEY) {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } })
}

/** By project and location, with a token from wherever the surroundings have one. */
export function vertex({ url }: RunningEmulator, { GoogleGenAI }: GenAi, location = 'global') {
  return new GoogleGenAI({ vertexai: true, project: PROJECT, location, httpOptions: { baseUrl: url } })
}
