import { phrase } from "../../phrase/phrase.ts";
import { languageOf } from "../language.ts";
import { type Say, sayIn } from "../texts/say.ts";
import { OutputClosed, type Terminal } from "../../runtime/terminal.ts";
import { VERSION } from "../ctl/version.ts";
import { ACTIONS } from "./actions.ts";
import { type AdminSurroundings, Api } from "./api.ts";
import { bashCompletion } from "./bash_completion.ts";
import { configure } from "./configuration.ts";
import { AdminFailure, misused, PROGRAM } from "./failure.ts";
import { help } from "./help.ts";
import { parseSwitches } from "./parse_switches.ts";

/** Runs `rabbitmqadmin`, as RabbitMQ 3's script in Python does, and returns its exit code. */
export async function runAdmin(
  args: readonly string[],
  terminal: Terminal,
  surroundings: AdminSurroundings,
): Promise<number> {
  const language = languageOf(surroundings.environment);
  const say = await sayIn(language, async () => (await import("./russian.ts")).RUSSIAN);
  try {
    await runSubcommand(args, terminal, surroundings, say);
    return 0;
  } catch (error) {
    if (error instanceof OutputClosed) return 0;
    if (!(error instanceof AdminFailure)) throw error;
    terminal.complain(say(error.text));
    return error.exitCode;
  }
}

async function runSubcommand(
  args: readonly string[],
  terminal: Terminal,
  surroundings: AdminSurroundings,
  say: Say,
): Promise<void> {
  const columns = Number(surroundings.environment("COLUMNS")) || undefined;
  const { settings: switches, positional: [action, ...rest] } = parseSwitches(args);
  if (switches.help) return await terminal.print([help(say, columns)]);
  if (switches.version) return await terminal.print([`${PROGRAM} ${VERSION}`]);
  const settings = configure(switches, terminal, surroundings.environment, say);
  if (settings.bash_completion) return await terminal.print([bashCompletion()]);
  if (action === undefined) throw misused(phrase`Action not specified`);
  if (!Object.hasOwn(ACTIONS, action)) throw misused(phrase`Action ${action} not understood`);
  const api = new Api(settings, terminal, surroundings);
  await ACTIONS[action]({ args: rest, settings, terminal, api, columns, say });
}
