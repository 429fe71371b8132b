import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'

test('each kind of value', async () => {
  const env = {
    PLANTAIN_LISTEN_PORT: '0',
    PLANTAIN_LISTEN_PUBLIC_URL: 'http://localhost:3000',
    PLANTAIN_ADMIN_PORT: '9090',
    PLANTAIN_LIMITS_IN_FLIGHT_BYTES: '2GiB',
    PLANTAIN_CORS_ORIGINS: 'https://a.example, https://b.example',
    PLANTAIN_CORS_MAX_AGE_SECONDS: '60',
    PLANTAIN_OBSERVE_METRICS: 'FALSE',
    PLANTAIN_OBSERVE_TRACES_ENDPOINT: 'http://collector:4318',
    PLANTAIN_STORE_FOLDER: 'here',
    PLANTAIN_OBSERVE_LOG_LEVEL: '',
  }
  const { folder, ...load } = await loaded(
    'listen: { port: 1, host: 127.0.0.2 }\nobserve: { logLevel: warn }\ncors:\n',
    { env },
  )
  expect(configOf(load)).toMatchObject({
    listen: { host: '127.0.0.2', port: 0, publicUrl: 'http://localhost:3000' },
    admin: { host: '127.0.0.1', port: 9090 },
    limits: { inFlightBytes: 2 ** 31 },
    cors: { origins: ['https://a.example', 'https://b.example'], maxAgeSeconds: 60 },
    observe: { logLevel: 'warn', metrics: false, traces: { endpoint: 'http://collector:4318' } },
    store: { folder: join(folder, 'here') },
  })
})

test('what is no setting is told, with what it may have meant; what is not meant for us is not looked at', async () => {
  const env = {
    PLANTAIN_LISTEN_PROT: '1',
    PLANTAIN_KEYS_0_ID: 'web',
    PLANTAIN_ADMIN_HOST: '127.0.0.1',
    // As Kubernetes has it for services called plantain, plantain-store and plantain-listen.
    PLANTAIN_PORT: 'tcp://10.0.0.1:8080',
    PLANTAIN_SERVICE_HOST: '10.0.0.1',
    PLANTAIN_STORE_SERVICE_HOST: '10.0.0.1',
    PLANTAIN_STORE_PORT_6379_TCP_ADDR: '10.0.0.1',
    PLANTAIN_LISTEN_PORT: 'tcp://10.0.0.1:8080',
    PLANTAIN_KEY: 'pl_of_a_client',
    PLANTAIN_DEBUG: '1',
  }
  expect(mistakesOf(await loaded('', { env }))).toEqual([
    'PLANTAIN_LISTEN_PROT: is no setting that a variable can change. Did you mean PLANTAIN_LISTEN_PORT?',
    expect.stringMatching(/^PLANTAIN_KEYS_0_ID: is no setting.*set in the file\.$/),
    expect.stringMatching(/^PLANTAIN_ADMIN_HOST: admin\.port: is missing/),
  ])
})
