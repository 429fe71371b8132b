import { expect, test } from 'vitest'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'
import { mistakeLine } from './mistake.ts'

const TARGETS = `credentials: [{ id: studio, apiKey: "\${KEY}" }, { id: cloud, adc: true }]
targets:
  - { provider: vertex, credential: cloud, location: europe-west4, name: near }
  - { provider: vertex, credential: cloud }
  - { provider: ai-studio, credential: studio }
  - { provider: local }
`
const load = (routes: string) => loaded(`${TARGETS}routes:\n${routes}`, { env: { KEY: 'k' } })
const alone = (target: string, model: string | null = null) => [{ target, model, weight: 1 }]

test('none: targets are tried in their order', async () => {
  expect(configOf(await loaded(TARGETS, { env: { KEY: 'k' } })).routes).toEqual([])
  expect(configOf(await loaded(null)).routes).toEqual([])
  expect(configOf(await load('')).routes).toEqual([])
  expect(configOf(await load('  []')).routes).toEqual([])
})

test('every way of writing a step, with what is left out', async () => {
  const { routes } = configOf(
    await load(`
  - name: careful
    models: [nano-banana-pro, gemini-3-pro-image, Nano-Banana-2]
    steps:
      - near
      - { target: vertex:global, model: nano-banana-2, weight: 2 }
      - any: [{ target: vertex:global, weight: 0.5 }, { target: ai-studio, model: models/gemini-3-pro-image, weight: "3" }, local ]
  - steps: [ai-studio]`),
  )
  expect(routes).toEqual([
    {
      name: 'careful',
      // By id, each once.
      models: ['gemini-3-pro-image', 'gemini-3.1-flash-image'],
      tiers: [
        alone('near'),
        [{ target: 'vertex:global', model: 'gemini-3.1-flash-image', weight: 2 }],
        [
          { target: 'vertex:global', model: null, weight: 0.5 },
          { target: 'ai-studio', model: 'gemini-3-pro-image', weight: 3 },
          { target: 'local', model: null, weight: 1 },
        ],
      ],
    },
    { name: null, models: null, tiers: [alone('ai-studio')] },
  ])
  expect(Object.isFrozen(routes[0]?.tiers[2]?.[0])).toBe(true)
})

test('steps of other routes are put where these are named, however deep, before or after', async () => {
  const { routes } = configOf(
    await load(`
  - { name: last, models: [local], steps: [{ target: local, model: local }] }
  - { models: [nano-banana-pro], steps: [near, { route: google }, { route: last }] }
  - { name: google, steps: [{ any: [vertex:global, ai-studio] }, { route: cheap }] }
  - { name: cheap, steps: [{ target: ai-studio, model: nano-banana-2 }] }`),
  )
  const cheap = alone('ai-studio', 'gemini-3.1-flash-image')
  const google = [[...alone('vertex:global'), ...alone('ai-studio')], cheap]
  expect(routes.map(({ tiers }) => tiers)).toEqual([
    [alone('local', 'local')],
    [alone('near'), ...google, alone('local', 'local')],
    google,
    [cheap],
  ])
})

test('targets that the environment chooses can be routed to as well', async () => {
  const routes = 'routes: [{ steps: [ai-studio, { target: ai-studio, model: nano-banana-2 }] }]'
  const { targets, routes: read } = configOf(await loaded(routes, { env: { GEMINI_API_KEY: 'k' } }))
  expect(targets.map(({ name }) => name)).toEqual(['ai-studio'])
  expect(read[0]?.tiers).toHaveLength(2)
})

test.each<[string, string[]]>([
  ['  - {}', ['8:5: routes[0].steps: is missing. Write each item on a line of its own, after a dash.']],
  [
    '  - steps: []',
    ['8:12: routes[0].steps: is an empty list. Name at least one, or leave the setting out.'],
  ],
  [
    '  - steps: near',
    ['8:12: routes[0].steps: has to be a list. Write each item on a line of its own, after a dash.'],
  ],
  [
    '  - { steps: [near], modles: [local] }',
    ['8:22: routes[0].modles: is not a setting. Did you mean models?'],
  ],
  [
    '  - steps: [vertex:glbal]',
    ['8:13: routes[0].steps[0]: is the name of no target. Did you mean vertex:global?'],
  ],
  [
    '  - steps: [{ target: elsewhere }]',
    [
      '8:23: routes[0].steps[0].target: is the name of no target. Targets are near, vertex:global, ai-studio, local.',
    ],
  ],
  [
    '  - steps: [{ any: [near, { target: locl }] }]',
    ['8:37: routes[0].steps[0].any[1].target: is the name of no target. Did you mean local?'],
  ],
  [
    '  - steps: [{ any: [] }]',
    ['8:20: routes[0].steps[0].any: is an empty list. Name at least one, or leave the setting out.'],
  ],
  [
    '  - steps: [{ any: [{ any: [near] }] }]',
    [
      '8:23: routes[0].steps[0].any[0].any: is not a setting. Settings here are target, model, weight.',
      '8:21: routes[0].steps[0].any[0].target: is missing. Choose a short name; it appears in answers and logs.',
    ],
  ],
  [
    '  - steps: [{}]',
    ['8:13: routes[0].steps[0]: says nothing of where to go. Give it one of target, any and route.'],
  ],
  [
    '  - steps: [{ target: near, any: [local], route: x }]',
    ['8:13: routes[0].steps[0]: is target and any and route at once. Give it one of target, any and route.'],
  ],
  [
    '  - steps: [7, null, { any: [true] }]',
    [
      '8:13: routes[0].steps[0]: has to be the name of a target, or a step. Write a name, or target: and a name.',
      '8:16: routes[0].steps[1]: has to be the name of a target, or a step. Write a name, or target: and a name.',
      '8:30: routes[0].steps[2].any[0]: has to be the name of a target, or a step. Write a name, or target: and a name.',
    ],
  ],
  [
    '  - steps: [{ any: [near], weight: 2, model: local }]',
    [
      '8:36: routes[0].steps[0].weight: does not go with any. Put it beside a target.',
      '8:46: routes[0].steps[0].model: does not go with any. Put it beside a target.',
    ],
  ],
  ...['0', '-1', '.inf', 'lots', '1e9', '[]'].map((weight): [string, string[]] => [
    `  - steps: [{ target: near, weight: ${weight} }]`,
    [
      '8:37: routes[0].steps[0].weight: has to be a number above 0, at most 1000000. Write it in digits, such as 3 or 0.5.',
    ],
  ]),
  [
    '  - { models: [nano-banana-por, gemini-2.5-flash, x y], steps: [near] }',
    ['8:51: routes[0].models[2]: has to be the id or alias of a model. See `plantain models`.'],
  ],
  [
    '  - { models: [nano-banana-por, gemini-2.5-flash, midjourney], steps: [near] }',
    [
      '8:16: routes[0].models[0]: is no model that is known. Did you mean nano-banana-pro?',
      '8:33: routes[0].models[1]: is a model that answers text. Name one of images, such as gemini-nano-banana-2.1.',
      '8:51: routes[0].models[2]: is no model that is known. `plantain models` lists them all.',
    ],
  ],
  [
    '  - { models: [], steps: [near] }',
    ['8:15: routes[0].models: is an empty list. Name at least one, or leave the setting out.'],
  ],
  [
    '  - steps: [{ target: near, model: gemini-3-pro-imag }]',
    ['8:36: routes[0].steps[0].model: is no model that is known. Did you mean gemini-3-pro-image?'],
  ],
  [
    '  - steps: [{ target: near, model: local }, { target: local, model: nano-banana-pro }]',
    [
      '8:36: routes[0].steps[0].model: is made on this machine, not at Google. Name another model, or another target.',
      '8:69: routes[0].steps[1].model: is not made by the local engine. Name another model, or another target.',
    ],
  ],
  [
    '  - steps: [{ route: fallbak }]\n  - { name: fallback, steps: [near] }',
    ['8:22: routes[0].steps[0].route: is the name of no route. Did you mean fallback?'],
  ],
  [
    '  - steps: [{ route: x }]',
    ['8:22: routes[0].steps[0].route: is the name of no route. Give that name to a route.'],
  ],
  [
    '  - { name: a, models: [local], steps: [near] }\n  - { name: a, steps: [near] }',
    ['9:13: routes[1].name: is the name of routes[0] as well. Choose another.'],
  ],
  [
    '  - steps: [near, { target: near, model: nano-banana-2 }, { target: near, model: gemini-3.1-flash-image }]',
    [
      '8:59: routes[0].steps[2]: has the same target and model as routes[0].steps[1]. Take one of the two out, or name another model.',
    ],
  ],
  [
    '  - steps: [near, { route: b }]\n  - { name: b, steps: [local, near] }',
    [
      '8:28: routes[0].steps[1].route: has the same target and model as routes[0].steps[0]. Take one of the two out, or name another model.',
    ],
  ],
  [
    '  - steps: [{ route: b }, { route: b }]\n  - { name: b, steps: [local, near] }',
    [
      '8:36: routes[0].steps[1].route: has the same target and model as routes[0].steps[0].route. Take one of the two out, or name another model.',
    ],
  ],
  [
    '  - { name: self, steps: [near, { route: self }] }',
    ['8:42: routes[0].steps[1].route: leads in a circle: self → self. Take one of these references out.'],
  ],
  [
    [
      '  - { steps: [{ route: a }] }',
      '  - { name: a, steps: [near, { route: b }] }',
      '  - { name: b, steps: [{ route: c }, local] }',
      '  - { name: c, steps: [{ route: a }] }',
    ].join('\n'),
    ['11:33: routes[3].steps[0].route: leads in a circle: a → b → c → a. Take one of these references out.'],
  ],
])('%s', async (routes, expected) => {
  const lines = mistakesOf(await load(routes))
  expect(lines.toSorted()).toEqual(expected.map((line) => `plantain.yaml:${line}`).toSorted())
})

test('of targets and routes that cannot be read nothing is said to be missing', async () => {
  const yaml = `targets: [{ provider: nowhere, name: a }, { provider: local }]
routes:
  - { steps: [a, { route: b }] }
  - { name: 'b b', steps: [a] }`
  expect(mistakesOf(await loaded(yaml))).toEqual([
    expect.stringMatching(/:1:23: targets\[0\]\.provider: /),
    expect.stringMatching(/:4:13: routes\[1\]\.name: has to be a name of letters/),
  ])
})

test('a route behind one for all models is warned of, unless another takes its steps', async () => {
  const result = await load(`
  - { name: lent, models: [local], steps: [local] }
  - { steps: [near, { route: rest }] }
  - { models: [nano-banana-pro], steps: [ai-studio] }
  - { name: rest, steps: [ai-studio] }
  - { name: idle, steps: [local] }`)
  expect(result.warnings.map(mistakeLine)).toEqual([
    'plantain.yaml:11:5: routes[2]: is never come to, as routes[1] before it takes all models. Put it before that one, or take it out.',
    'plantain.yaml:13:5: routes[4]: is never come to, as routes[1] before it takes all models. Put it before that one, or take it out.',
  ])
  expect(configOf(result).routes).toHaveLength(5)
})

test('a model that is over is told with the one that is asked in its place', async () => {
  const result = await load(
    '  - { models: [nano-banana], steps: [{ target: ai-studio, model: gemini-2.5-flash-image }] }',
  )
  expect(configOf(result).routes).toEqual([
    {
      name: null,
      models: ['gemini-nano-banana-2.1'],
      tiers: [alone('ai-studio', 'gemini-nano-banana-2.1')],
    },
  ])
  expect(result.warnings.map(mistakeLine)).toEqual([
    expect.stringMatching(
      /:8:16: routes\[0\]\.models\[0\]: is not asked any more: gemini-2\.5-flash-image ended on .*\. Write gemini-nano-banana-2\.1\.$/,
    ),
    expect.stringMatching(/:8:66: routes\[0\]\.steps\[0\]\.model: is not asked any more: /),
  ])
})

/** Each takes over the steps of the next. */
function chain(count: number): string {
  return Array.from({ length: count }, (_, at) =>
    at === count - 1
      ? `  - { name: r${at}, steps: [local] }`
      : `  - { name: r${at}, steps: [{ route: r${at + 1} }] }`,
  ).join('\n')
}

test('as many routes as there may be, one behind the other, and not one more', async () => {
  const { routes } = configOf(await load(chain(500)))
  expect(new Set(routes.map(({ tiers }) => JSON.stringify(tiers)))).toEqual(
    new Set([JSON.stringify([alone('local')])]),
  )
  expect(mistakesOf(await load(chain(501)))).toEqual([
    expect.stringMatching(/routes: has more than 500 items\. Take some out\.$/),
  ])
})

test('routes that name each other twice do not multiply', async () => {
  const doubling = Array.from(
    { length: 60 },
    (_, at) => `  - { name: r${at}, steps: [{ route: r${at + 1} }, { route: r${at + 1} }] }`,
  )
  const lines = mistakesOf(await load([...doubling, '  - { name: r60, steps: [near, local] }'].join('\n')))
  expect(lines).toHaveLength(60)
})
