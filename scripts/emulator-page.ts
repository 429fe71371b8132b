import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PERSONAS, writtenOf } from '../packages/gateway/src/emulator/faults/persona.ts'
import { CALL_KINDS } from '../packages/gateway/src/emulator/faults/where.ts'
import { type Mix, MIXES } from '../packages/gateway/src/emulator/pictures/drift.ts'
import { type Scenario, SCENARIOS } from '../packages/gateway/src/emulator/scenarios.ts'

const PAGE = resolve(import.meta.dirname, '../docs/emulator.md')

/** What the emulator is and everything it can do wrong; `npm run docs` writes it, a test holds it fresh. */
export function emulatorPage(): string {
  return `# The emulator

Google's AI Studio and Vertex AI on your own machine, failures included: no key, no cost, no network. Official SDKs do not notice
the difference. Generated from the code's own tables; do not edit by hand.

\`\`\`sh
npx plantain emulator --port 8080
GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8080 GEMINI_API_KEY=any npx plantain edit photo.jpg "make it warmer" --yes
\`\`\`

\`\`\`ts
import { startEmulator } from 'plantain/emulator'

const emulator = await startEmulator({ pictures: 'canned', personas: '503@1x' })
const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } })
// … the code under test …
console.log(emulator.state().totals)
await emulator.close()
\`\`\`

| client | how it finds the emulator |
| --- | --- |
| Plantain, \`@google/genai\`, \`google-genai\` (Python) | \`GOOGLE_GEMINI_BASE_URL\`, \`GOOGLE_VERTEX_BASE_URL\`, or the base URL option |
| \`@google/generative-ai\` | second argument of \`getGenerativeModel\`: \`{ baseUrl }\` |
| \`@ai-sdk/google\`, \`@ai-sdk/google-vertex\` | \`baseURL\`, with \`/v1beta\` or the project's path behind it |
| \`vertexai\` (Python) | \`vertexai.init(api_endpoint="http://…", api_transport="rest")\` |
| Google credentials | \`GCE_METADATA_HOST=127.0.0.1:8080\`; in Python also a service account file whose \`token_uri\` ends in \`/token\` (Google's library for Node, and so Plantain, asks Google whatever stands there) |

It serves generateContent and its stream, countTokens, models, Files, Interactions, Imagen's \`:predict\`, OAuth tokens and the metadata
server, under \`/v1\`, \`/v1beta\`, \`/v1beta1\` and none. It is as strict as Google is known to be: unknown fields, ratios and sizes a
model does not offer, thought signatures, input tokens, 7 MB inline on Vertex AI, locations, and models whose time is over (by \`--date\`). What
was never observed of Google is marked in the source. Batches, tuning and the layer for OpenAI's clients answer 501.

Any key is good but those that contain \`invalid\`, \`expired\`, \`leaked\` or \`denied\`, each with its own error; \`AIza…\` and \`AQ.…\` keys fail
in their own ways. \`--key\` names the only good ones. Accounts with \`no-permission\` in their address lack
\`aiplatform.endpoints.predict\`. Imagen answers although Google has ended it, for code that was written against it.

## Pictures

The local engine makes the edit; then the frame goes through what a generative model does to it: it is resampled to the model's pixel table,
moved, scaled, cropped, locally warped, its texture drawn anew, its colours and light shifted, and encoded. How far is a guess by
eye: no measurement of Google's models is published. What no rule can do ("add a hat") becomes some visible change in one place. A seed replays.

| mix | ${DRIFTS.map(([title]) => title).join(' | ')} |
| --- | ${DRIFTS.map(() => '---').join(' | ')} |
${Object.entries<Mix>(MIXES)
  .map(([name, mix]) => `| \`${name}\` | ${DRIFTS.map(([, part]) => range(mix[part])).join(' | ')} |`)
  .join('\n')}

Lengths are pixels of a 1-megapixel picture. \`startEmulator({ drift })\` also takes ranges of your own. \`--canned [bytes]\` edits nothing and
answers one plain picture at once, of the ratio asked for, else square, padded to that size.

## Faults

A list of personas, by \`--persona\`, by the header \`x-emulator-persona\` for one call, or by \`POST /emulator/personas\`
\`{"personas": "503@30%", "where": {"model", "location", "credential", "surface", "calls"}}\`. They compose, and are drawn by the seed.

They meet calls that ask a model for something; what is wrong with the key, the project or the country meets models and files as well,
and a model that is gone is not found either. \`where.calls\` says otherwise: ${[...CALL_KINDS, 'any'].map((kind) => `\`${kind}\``).join(', ')}. A list in the
header meets its call, whatever that is.

Behind each may stand \`@30%\` (probability), \`@2x\` (so often), \`@20s\` (for so long from the first call on), \`@10s+15s\` (from 10 s on for
15 s), \`@0s+7s/14s\` (the same every 14 s).

| persona | what happens |
| --- | --- |
${PERSONAS.map((persona) => `| \`${writtenOf(persona).replaceAll('|', '\\|')}\` | ${persona.about} |`).join('\n')}

## Scenarios

Ways in which integrations die, ready to be had: \`plantain emulator --scenario 4-retry-info\`, or \`startEmulator({ scenario })\`.

| scenario | what goes wrong | how |
| --- | --- | --- |
${SCENARIOS.map((scenario: Scenario) => `| \`${scenario.name}\` | ${scenario.about} | ${how(scenario)} |`).join('\n')}

## What really happened

| call | answers |
| --- | --- |
| \`GET /emulator/state\` | every call (id, hashes, sizes, fingerprint of the credential, faults, bill), exact sums, files held |
| \`GET /emulator/calls/{id}\` | one call; its id is in the header \`x-emulator-call\` of every answer |
| \`GET /emulator/calls/{id}/edit.png\` | the edit before the model's drift |
| \`GET /emulator/calls/{id}/region.png\` | where the edit truly changed something |
| \`GET /emulator/calls/{id}/truth\` | the map from the photo's pixels to the picture's, and how the instruction was understood |
| \`GET /emulator/wait?generations=3&open=0&timeoutMs=5000\` | when that many calls, generations or images were seen and at most so many are open |
| \`POST /emulator/clock {"advanceMs": 172800000}\` | moves the emulator's clock: files expire, quotas return, models end |
| \`POST /emulator/credentials {"revoke": …}\` | makes a key or token bad; \`restore\` makes it good |
| \`DELETE /emulator/personas[/{id}]\` | takes faults away |
| \`POST /emulator/reset\` | forgets everything but the start options |

Bills are what the registry's list prices make of the tokens; Imagen's pictures are counted, and not priced. Whoever hangs up while the model works pays all the same, as users of Google
report. The emulator listens on loopback unless \`--host\` says otherwise, and asks nobody for a password; web pages of other origins may not give it orders.
`
}

const DRIFTS = [
  ['shift px', 'shiftPx'],
  ['scale', 'scale'],
  ['re-crop', 'recrop'],
  ['warp px', 'warpPx'],
  ['texture', 'resynthesis'],
  ['colour', 'colour'],
  ['light', 'light'],
  ['JPEG quality', 'jpegQuality'],
] as const satisfies readonly (readonly [string, keyof Mix])[]

function range([least, most]: readonly [number, number]): string {
  return least === most ? `${least}` : `${least}–${most}`
}

function how({ options = {} }: Scenario): string {
  const { personas = '', cannedBytes } = options
  const lists = typeof personas === 'string' ? [personas] : personas.map((set) => set.personas)
  const named = lists.filter((list) => list !== '').map((list) => `\`${list}\``)
  const canned = cannedBytes === undefined ? [] : [`\`--canned ${cannedBytes}\``]
  return [...named, ...canned].join(', ') || 'as Google is'
}

if (import.meta.main) await writeFile(PAGE, emulatorPage())
