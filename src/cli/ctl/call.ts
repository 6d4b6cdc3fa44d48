import type { Command } from "./command.ts";
import type { ManagementClient } from "./management_client.ts";
import type { Options } from "./parser.ts";
import type { Say } from "../texts/say.ts";
import type { Terminal } from "../../runtime/terminal.ts";
import type { ToolName } from "./command.ts";

/** One call of a command, with everything that it needs to run. */
export interface Call {
  readonly tool: ToolName;
  readonly command: Command;
  /** All commands of the program. */
  readonly commands: readonly Command[];
  readonly args: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  /** Returns a text in the language of the user. */
  readonly say: Say;
  /** True when titles of tables may be bold, which RabbitMQ's are on everything but with `NO_COLOR`. */
  readonly isBold: boolean;
  readonly api: ManagementClient;
  /** Returns the name of the node: that given by `-n`, or else the one that the broker reports. */
  node(): Promise<string>;
}

/** Returns the virtual host of a call. */
export const vhostOf = ({ options }: Call): string => String(options.vhost ?? "/");

/** Returns an option's text. */
export const textOf = ({ options }: Call, name: string): string => String(options[name] ?? "");

export const isQuiet = ({ options }: Call): boolean => options.quiet === true || options.silent === true;
export const isSilent = ({ options }: Call): boolean => options.silent === true;
export const isJson = ({ options }: Call): boolean => options.formatter === "json";
