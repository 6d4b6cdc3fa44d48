import type { Command } from "../command.ts";
import { value } from "../result.ts";
import { Dictionary, row } from "../term.ts";
import { CTL, TOOL_NAMES } from "../tools.ts";
import { VERSION } from "../version.ts";
import { complete, showHelp } from "../show_help.ts";
import { hashPassword } from "../hash_password.ts";

/** Commands that need no broker. */
export const OFFLINE_COMMANDS: readonly Command[] = [
  {
    name: "help",
    tools: TOOL_NAMES,
    section: "help",
    description: "Displays usage information for a command",
    usage: "help (<command> | [--list-commands])",
    help: [["--list-commands", "only output a list of discovered commands"]],
    switches: { list_commands: "boolean" },
    takes: [0, 1],
    isOffline: true,
    run: showHelp,
  },
  {
    name: "autocomplete",
    tools: TOOL_NAMES,
    section: "help",
    description: "Provides command name autocomplete variants",
    usage: "autocomplete [prefix]",
    guides: ["cli"],
    hasTimeout: true,
    takes: [1, 1],
    isOffline: true,
    run: complete,
  },
  {
    name: "version",
    tools: TOOL_NAMES,
    section: "help",
    description: "Displays CLI tools version",
    usage: "version",
    takes: [0, 0],
    isOffline: true,
    run: ({ options }) => {
      if (options.formatter === "json") return value(new Dictionary({ version: VERSION }));
      return options.formatter === "csv" ? value(row({ version: VERSION })) : value(VERSION);
    },
  },
  {
    name: "hash_password",
    tools: CTL,
    section: "user_management",
    description: "Hashes a plaintext password",
    usage: "hash_password <cleartext_password> [--hashing-algorithm <algorithm>]",
    help: [["<cleartext_password>", "password to hash"], [
      "--hashing-algorithm <algorithm>",
      "hashing algorithm to use: sha256, sha512, md5",
    ]],
    switches: { hashing_algorithm: "string" },
    takes: [0, 1],
    isOffline: true,
    run: hashPassword,
  },
];
