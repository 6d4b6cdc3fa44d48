import type { Command } from "commander";
import { ConfigError, readConfig } from "../config/config.ts";
import { effectiveSettings } from "../config/effective.ts";
import type { Setting } from "../config/setting.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { joined, type Phrase, phrase, textOfError } from "../phrase/phrase.ts";
import type { Person } from "./person.ts";
import { readSettings } from "./encrypted_settings.ts";
import { type KeyFlags, settingsOfFlags } from "./flags.ts";
import { checkTls } from "./tls.ts";

/** Adds the commands that inspect a configuration without starting a broker. */
export function addConfigCommands(program: Command, runtime: Runtime, person: Person): void {
  const config = program.command("config").description("inspect the configuration without starting a broker");

  /** Runs a command and ends the process: with 1 when the configuration is invalid. */
  const run = async (command: () => Promise<readonly (Phrase | string)[]>): Promise<void> => {
    try {
      await person.tell(joined(await command(), "\n"));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await person.complain(textOfError(error));
      runtime.exit(1);
    }
    runtime.exit(0);
  };

  config.command("check")
    .description("list the errors in a configuration file, and the settings without effect: exits with 0 or 1")
    .argument("<file>", "a configuration file with RabbitMQ's keys; the files in conf.d beside it belong to it")
    .action((file: string) => run(() => check(runtime, file)));
  config.command("show")
    .description(
      "list the effective settings with their source: files, environment, flags or defaults; secrets are hidden",
    )
    .action((_, command: Command) => run(() => show(runtime, command.optsWithGlobals())));
}

async function check(runtime: Runtime, file: string): Promise<(Phrase | string)[]> {
  const { settings, files } = await readSettings(runtime, { config: file, settings: [] });
  const { config, warnings } = readConfig(settings);
  checkTls(config, runtime);
  return [...warnings, phrase`No mistakes in ${files.join(", ")}.`];
}

async function show(runtime: Runtime, flags: KeyFlags): Promise<string[]> {
  const { settings } = await readSettings(runtime, settingsOfFlags(flags));
  readConfig(settings);
  return describeSettings(settings);
}

/** Describes the effective settings, one in each line, without secrets. */
export const describeSettings = (settings: readonly Setting[]): string[] =>
  effectiveSettings(settings).map(({ name, value, source }) => `${name} = ${value ?? "******"}  # ${source}`);
