import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startGatewayProcess } from '../gateway-process.ts'
import { readPage } from './page-blocks.ts'
import { expectEdited, runBlock } from './run-block.ts'
import { type Stage, startStage } from './page-stage.ts'

const page = readPage('gateway.md')

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.stop())

describe('docs/gateway.md', () => {
  test('every block that runs is run below', () => {
    expect(page.blocks.flatMap(({ name }) => name ?? [])).toEqual(['first-edit', 'ai-sdk', 'options'])
  })

  test.skipIf(process.platform === 'win32')(
    'the first edit, by the local engine, as `plantain serve` has it where nothing is configured',
    { timeout: 400_000 },
    async () => {
      const gateway = await startGatewayProcess()
      onTestFinished(async () => void (await gateway.stop()))
      const { photo } = stage
      const { folder } = await runBlock(page.block('first-edit'), { url: gateway.url, key: 'any', photo })
      const edited = await readFile(join(folder, 'edited.png'))
      const { data, info } = await sharp(edited).raw().toBuffer({ resolveWithObject: true })
      expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([320, 320, 0, 0, 128])
    },
  )

  test.each(['ai-sdk', 'options'])('%s', async (name) => {
    const { url, photo } = stage
    await expectEdited(await runBlock(page.block(name), { url, key: 'any', photo }), photo)
    await stage.expectAsked()
  })
})
