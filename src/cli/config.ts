import type { Command } from "commander";
import { ConfigError, readConfig } from "../config/config.ts";
import { effectiveSettings } from "../config/effective.ts";
import type { Setting } from "../config/setting.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readSettings } from "./encrypted_settings.ts";
import { type KeyFlags, settingsOfFlags } from "./flags.ts";
import { checkTls } from "./tls.ts";

/** Adds the commands that inspect a configuration without starting a broker. */
export function addConfigCommands(program: Command, runtime: Runtime): void {
  const config = program.command("config").description("inspect the configuration without starting a broker");

  /** Runs a command and ends the process: with 1 when the configuration is invalid. */
  const run = async (command: () => Promise<string[]>): Promise<void> => {
    try {
      runtime.writeLine("stdout", (await command()).join("\n"));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      runtime.writeLine("stderr", error.message);
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

async function check(runtime: Runtime, file: string): Promise<string[]> {
  const { settings, files } = await readSettings(runtime, { config: file, settings: [] });
  const { config, warnings } = readConfig(settings);
  checkTls(config, runtime);
  return [...warnings, `No mistakes in ${files.join(", ")}.`];
}

async function show(runtime: Runtime, flags: KeyFlags): Promise<string[]> {
  const { settings } = await readSettings(runtime, settingsOfFlags(flags));
  readConfig(settings);
  return describeSettings(settings);
}

/** Describes the effective settings, one in each line, without secrets. */
export const describeSettings = (settings: readonly Setting[]): string[] =>
  effectiveSettings(settings).map(({ name, value, source }) => `${name} = ${value ?? "******"}  # ${source}`);
