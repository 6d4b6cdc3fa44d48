import { FORMAT_NAMES } from "./formats.ts";
import { CLOSABLE, DECLARABLE, DELETABLE, LISTABLE, PURGABLE, SHOWABLE } from "./objects.ts";

/** Words that may follow a word of rabbitmqadmin. */
export const WORDS_BEHIND: Readonly<Record<string, readonly string[]>> = {
  list: Object.keys(LISTABLE),
  show: Object.keys(SHOWABLE),
  declare: Object.keys(DECLARABLE),
  delete: Object.keys(DELETABLE),
  close: Object.keys(CLOSABLE),
  purge: Object.keys(PURGABLE),
  help: ["subcommands", "config"],
  "-f": FORMAT_NAMES,
  "--format": FORMAT_NAMES,
};

/** The subcommands of rabbitmqadmin. */
export const SUBCOMMANDS = [
  "list",
  "show",
  "declare",
  "delete",
  "close",
  "purge",
  "import",
  "export",
  "get",
  "publish",
  "help",
] as const;

/** The switches that rabbitmqadmin's own script for bash completes. */
export const SWITCHES = [
  "--help",
  "--host",
  "--port",
  "--vhost",
  "--username",
  "--password",
  "--format",
  "--depth",
  "--sort",
  "--sort-reverse",
] as const;
