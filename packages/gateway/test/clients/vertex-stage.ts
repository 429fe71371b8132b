import { onTestFinished } from 'vitest'
import { hashOf, newGatewayKey } from '../../src/auth/gateway-key.ts'
import type { GatewayConfig } from '../../src/config/gateway-config.ts'
import type { EmulatorOptions, RunningEmulator } from '../../src/emulator/options.ts'
import { startEmulator } from '../../src/emulator.ts'
import type { RunningGateway } from '../../src/gateway.ts'
import { realSystem } from '../../src/system.ts'
import { aiStudio, gatewayWith, KEYLESS, SETTINGS } from '../gateway-client.ts'
import { onGoogleCloud } from './network.ts'

/** What a Vertex AI client finds: a gateway with a key, and Google behind it. */
export interface VertexStage {
  readonly google: RunningEmulator
  readonly gateway: RunningGateway
  readonly key: string
}

/**
 * A gateway of the test's own before an emulator of the test's own. The machine has Google credentials, which clients of
 * Vertex AI send whatever they are told: they go no further than the gateway.
 */
export async function vertexStage(
  options: EmulatorOptions = {},
  config: (google: RunningEmulator) => Partial<GatewayConfig> = ({ url }) => ({ targets: [aiStudio(url)] }),
  routing: Partial<GatewayConfig['routing']> = {},
): Promise<VertexStage> {
  const google = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => google.close())
  onGoogleCloud(google)
  const key = newGatewayKey({ env: 'test', random: realSystem.random }).reveal()
  const keys = [{ hash: hashOf(key), caller: { ...KEYLESS, keyId: 'vertex-client' } }]
  const gateway = await gatewayWith({
    keys,
    routing: { ...SETTINGS.routing, ...routing },
    ...config(google),
  })
  onTestFinished(async () => void (await gateway.close()))
  return { google, gateway, key }
}
