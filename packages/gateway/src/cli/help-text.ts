import { CAPABILITIES } from '../engine/grammar/capabilities.ts'
import { laidOut } from './wrapped.ts'

export const ABOUT = `Edits photos by instructions in plain English: with Google's image models (Nano Banana) where you
have a key, else on this machine, offline and free.`

export const OVERVIEW = `
Begin with:
  plantain edit photo.jpg "blur the background"
  plantain doctor

Without a key everything stays on this machine. With GEMINI_API_KEY set, edits go to Google AI
Studio; the first time you are told what it costs and asked.
A key is made at https://aistudio.google.com/apikey

More: plantain edit --help`

/** What follows the options, laid out for a page of that width. */
export function editHelp(width: number): string {
  return `
Examples:
  plantain edit photo.jpg "put me on a beach at sunset"
  plantain edit photo.jpg "make it a little brighter and crop it to 16:9" -o bright.jpg
  plantain edit photo.jpg --background beach.jpg
  plantain edit photo.jpg "remove the lamp post" --mask lamp.png
  plantain edit "photos/*.jpg" "make the background white" -o white/
  cat photo.jpg | plantain edit "black and white" > grey.png
  plantain edit photo.jpg "add a red hat" --provider ai-studio --size 2K --count 3 -o hat.png

Where results go: without -o, into the current directory as photo.edited.png; files that are
there already are never overwritten unless -o names them, pictures of the input not even then.

What the local engine can do:
${laidOut(CAPABILITIES, width, '  ')}

Google's models take any instruction. Exit codes: 0 edited, 2 usage, 3 input, 4 not possible or
refused, 5 credential, 6 quota, 7 Google failed, 8 the answer is not an edit, 130 interrupted.
--json prints one JSON document a photo and line to standard output, in the order of the photos.`
}

export const EMULATOR_HELP = `
Examples:
  plantain emulator --port 8080
  plantain emulator --scenario 4-retry-info
  plantain emulator --persona "no-image@10%, latency=lognormal:20s:0.4"
  GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8080 GEMINI_API_KEY=any plantain edit photo.jpg "add a hat"

Clients find it by GOOGLE_GEMINI_BASE_URL, GOOGLE_VERTEX_BASE_URL or their base URL option; tokens
come from GCE_METADATA_HOST=127.0.0.1:8080. What really happened: GET /emulator/state.`

export const KEYS_NEW_HELP = `
Examples:
  plantain keys new --id web
  plantain keys new --id ci --env test --json

The key is printed once and kept nowhere: give it to the caller. The entry goes into plantain.yaml,
which knows the key by its hash only. Callers send the key as plantain-key, as x-goog-api-key or as
Authorization: Bearer.`

export const CONFIG_CHECK_HELP = `
Examples:
  plantain config check
  plantain config check deploy/plantain.yaml --json

Without a path: the file that PLANTAIN_CONFIG names, else plantain.yaml, else the environment alone.
Nothing is dialed. Exit codes: 0 the gateway would start, 2 it would not.`

export const DOCTOR_HELP = `
Examples:
  plantain doctor
  plantain doctor --models
  plantain doctor --models --config deploy/plantain.yaml --date 2027-01-01 --within 60 --json

--models reads which models plantain.yaml names, in keys and routes, and dials nothing. Exit codes: 0
nothing to do, 2 usage or mistakes in the configuration, 4 a model in use is over or ends soon, by a
date of Google's or one that users ran into. A date that only third parties give is told as a warning.`
