import { existsSync, readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT, type ExitCode } from '../contract/error.ts'
import type { RawDoctorOptions } from './doctor.ts'
import type { RawEditOptions } from './edit-options.ts'
import { reportThrown, usageError, writeProblem } from './fault-line.ts'
import type { RawEmulatorOptions } from './emulator-options.ts'
import {
  ABOUT,
  CONFIG_CHECK_HELP,
  DOCTOR_HELP,
  editHelp,
  EMULATOR_HELP,
  KEYS_NEW_HELP,
  OVERVIEW,
} from './help-text.ts'
import type { RawKeyOptions } from './keys-command.ts'
import type { RawServeOptions } from './serve-command.ts'
import type { Terminal } from './terminal.ts'
import { shown } from './words.ts'

/**
 * Runs one command line to its exit code. Commands are imported when they run, so that help and mistakes answer
 * at once. `signal` aborts when the user wants to stop.
 */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.edited
  const program = newProgram(terminal)

  program
    .command('edit')
    .summary('edit photos by an instruction')
    .description('Edits one photo, or several alike, by an instruction in plain English.')
    .usage('[options] <image...> "<instruction>"')
    .argument(
      '[words...]',
      'photos, patterns such as "photos/*.jpg", or - for standard input; the instruction comes last',
    )
    .option('-o, --output <path>', 'file or directory (with / at its end) to write to; - is standard output')
    .option('--mask <png>', "picture of the photo's size: what is white, or transparent, may change")
    .option('--preserve <what>', 'unmasked (with a mask: all outside it stays pixel for pixel) or none')
    .option('--background <photo>', 'picture to put behind the subject')
    .option('--provider <name>', 'local, ai-studio or vertex')
    .option('--model <id>', 'model to use; see "plantain models"')
    .option('--aspect <ratio>', "such as 16:9, or match: the photo's own")
    .option('--size <size>', '512, 1K, 2K or 4K')
    .option('--format <format>', 'png, jpeg or webp; else as -o ends')
    .option('--quality <number>', 'of JPEG and WebP, 1 to 100')
    .option('--count <number>', 'how many results, 1 to 10; with -o hat.png they are hat-1.png, hat-2.png, …')
    .option('--seed <number>', 'the same number gives the same result, as far as the model can')
    .option('--accept <what>', 'any: also keep an image that fails a check (shape, or nothing changed)')
    .option('--timeout <seconds>', 'give up after so long (180)')
    .option('--json', 'print the result, image included, as JSON')
    .option('-y, --yes', 'agree to what it costs')
    .option('--open', 'open the result')
    .addHelpText('after', () => editHelp(Math.min(terminal.stdout.width, 100)))
    .action(async (words: string[], options: RawEditOptions) => {
      const { editCommand } = await import('./edit-command.ts')
      exit = await editCommand(words, options, { terminal, signal })
    })

  program
    .command('serve')
    .summary('run the gateway: one address for every client, keys stay here')
    .description(
      'Runs the gateway until it is stopped; without a plantain.yaml on this machine only, by the local engine.',
    )
    .option('--config <path>', 'configuration; otherwise ./plantain.yaml, if there is one')
    .option('--port <number>', 'port to listen on (8080); 0 takes any that is free')
    .option('--host <address>', 'address to listen on (127.0.0.1); any other needs keys')
    .action(async (options: RawServeOptions) => {
      const { serveCommand } = await import('./serve-command.ts')
      exit = await serveCommand(options, { terminal, signal, version: versionOf() })
    })

  program
    .command('models')
    .summary('list models, prices and end dates')
    .description('Lists the models an edit can go to: sizes, prices, and how long they live.')
    .option('--all', 'also those that are over')
    .option('--json', 'as JSON')
    .action(async (options: { all?: boolean; json?: boolean }) => {
      const { modelsCommand } = await import('./models-command.ts')
      exit = modelsCommand({ all: options.all === true, json: options.json === true }, terminal)
    })

  program
    .command('doctor')
    .summary('check that edits work here, and what would mend it')
    .description(
      'Checks credentials, the way to Google, the models and the local engine. Sends no photo, costs nothing.',
    )
    .option('--provider <name>', 'check this one: local, ai-studio or vertex')
    .option('--config <path>', "the gateway's configuration; otherwise ./plantain.yaml, if there is one")
    .option('--models', 'only whether the models in use live on, for pipelines')
    .option('--date <day>', 'with --models: as if it were that day, such as 2026-12-31')
    .option('--within <days>', 'with --models: fail where a model ends within so many days (30)')
    .option('--json', 'as JSON')
    .addHelpText('after', () => DOCTOR_HELP)
    .action(async (options: RawDoctorOptions) => {
      exit = options.models
        ? await (await import('./doctor-in-use.ts')).doctorModelsCommand(options, terminal)
        : await (await import('./doctor.ts')).doctorCommand(options, { terminal, signal })
    })

  program
    .command('emulator')
    .summary("run a stand-in for Google's API, failures included")
    .description(
      'Runs Google AI Studio and Vertex AI on this machine, for tests: no key, no cost, failures on demand.',
    )
    .option('--port <number>', 'port to listen on; any that is free unless told')
    .option('--persona <list>', 'faults, such as "503@30%, latency=2s..9s"; may be repeated', collect)
    .option('--scenario <name>', 'one of the ready-made ones; see --list')
    .option('--seed <number>', 'the same number gives the same answers (1)')
    .option('--canned [bytes]', 'answer one plain picture at once instead of editing')
    .option('--drift <mix>', 'how far pictures drift where nothing was edited (typical)')
    .option('--key <key>', 'the only API key that is good; may be repeated', collect)
    .option('--date <day>', 'start on that day: models come and go, as 2026-09-01')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--list', 'explain scenarios and personas')
    .addHelpText('after', () => EMULATOR_HELP)
    .action(async (options: RawEmulatorOptions) => {
      const { emulatorCommand } = await import('./emulator-command.ts')
      exit = await emulatorCommand(options, { terminal, signal })
    })

  program
    .command('keys')
    .summary("make keys for the gateway's callers")
    .description("Makes keys for the gateway's callers.")
    .command('new')
    .summary('make a key, and the entry for plantain.yaml')
    .description('Makes a key for a caller of the gateway, and the entry of plantain.yaml that lets it in.')
    .option('--id <name>', 'what logs and limits call it')
    .option('--env <env>', 'live or test: shows in the key what it is for (live)')
    .option('--json', 'as JSON')
    .addHelpText('after', () => KEYS_NEW_HELP)
    .action(async (options: RawKeyOptions) => {
      const { keysNewCommand } = await import('./keys-command.ts')
      exit = keysNewCommand(options, terminal)
    })

  program
    .command('config')
    .summary("check the gateway's configuration")
    .description("Looks after the gateway's configuration.")
    .command('check')
    .summary('tell what is wrong with plantain.yaml, or what would run')
    .description('Tells every mistake of plantain.yaml with its line and remedy, or else what would run.')
    .argument('[path]', 'the file; plantain.yaml unless told')
    .option('--json', 'as JSON')
    .addHelpText('after', () => CONFIG_CHECK_HELP)
    .action(async (path: string | undefined, options: { json?: boolean }) => {
      const { configCheckCommand } = await import('./config-command.ts')
      exit = await configCheckCommand({ path: path ?? null, json: options.json === true }, terminal)
    })

  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (thrown) {
    return ended(thrown, argv, terminal)
  }
}

/** An option that may be given several times. */
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function newProgram(terminal: Terminal): Command {
  const { stdout, stderr } = terminal
  return new Command('plantain')
    .description(ABOUT)
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', OVERVIEW)
    .exitOverride()
    .configureHelp({ styleTitle: (text) => stdout.paint('bold', text) })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Mistakes are thrown, and told in one line.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(stdout.width, 100),
      getErrHelpWidth: () => Math.min(stderr.width, 100),
    })
}

/** Commander ends by throwing, for help and the version too. */
function ended(thrown: unknown, argv: readonly string[], terminal: Terminal): ExitCode {
  if (!(thrown instanceof CommanderError)) return reportThrown(thrown, terminal)
  if (thrown.exitCode === 0) return EXIT.edited
  if (thrown.code === 'commander.help') return EXIT.usage
  const [command = ''] = argv
  if (thrown.code === 'commander.unknownCommand' && existsSync(command)) {
    const rest = argv.slice(1).map(shown)
    const example = ['plantain edit', shown(command), ...(rest.length > 0 ? rest : ['"blur the background"'])]
    writeProblem(terminal, `To edit a photo, say edit first: ${example.join(' ')}`)
    return EXIT.usage
  }
  return reportThrown(usageError(sentence(thrown.message), isCommand(command) ? command : ''), terminal)
}

/** Commander writes `error: …` and a suggestion in a second line. */
function sentence(message: string): string {
  const [mistake = '', suggestion] = message.replace(/^error: /, '').split('\n')
  const start = mistake.charAt(0).toUpperCase() + mistake.slice(1).replace(/\.$/, '')
  const near = suggestion?.replace(/^\(|\)$/g, '')
  return near ? `${start}. ${near}` : `${start}.`
}

function isCommand(word: string): boolean {
  return ['edit', 'serve', 'models', 'doctor', 'emulator', 'keys', 'config'].includes(word)
}

function versionOf(): string {
  const file = new URL('../../package.json', import.meta.url)
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'))
  return version
}
