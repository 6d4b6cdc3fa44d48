import { ANY_VERSION } from "../src/broker/compat/behaviour.ts";
import { EFFECTS } from "../src/config/config.ts";
import { isSecretKey } from "../src/config/effective.ts";
import { whyNoEffect } from "../src/config/features.ts";
import { defaultOf } from "../src/config/keys/effect.ts";
import { findKnownKey, KNOWN_KEYS } from "../src/config/known_keys/known_keys.ts";
import { codeCell, plainTable } from "./markdown_table.ts";

const HEAD = ["key", "value", "default", "SIGHUP", "meaning"];

/** Returns `docs/configuration_keys.md`: all keys that HareMQ knows. */
export function configurationKeysPage(): string {
  const rows = Object.entries(EFFECTS).sort(([a], [b]) => a < b ? -1 : 1).map(([name, effect]) => {
    const key = name.split(".");
    const value = isSecretKey({ key }) ? undefined : defaultOf(effect, ANY_VERSION);
    return [
      codeCell(name),
      codeCell(findKnownKey(key)!.type),
      value === undefined || value === "" ? "" : codeCell(value),
      effect.live ?? "",
      effect.help,
    ];
  });
  return [
    "# Configuration keys",
    "",
    "`deno task docs` writes this page from the tables in `src/config/`. How files, flags and the environment go together is",
    "in [configuration.md](configuration.md).",
    "",
    "`$x` in a key stands for a part with any text. The column SIGHUP tells who notices a change when the configuration is",
    "reloaded: everybody at once (`now`), or only new connections; without an entry a change takes effect at the next start.",
    "",
    ...plainTable(HEAD, rows),
    "",
    "## Keys without effect",
    "",
    "HareMQ knows these keys of RabbitMQ 4.3, checks their values, and warns at the start that they have no effect.",
    "",
    ...plainTable(["reason", "keys"], withoutEffect()),
    "",
  ].join("\n");
}

/** Returns the reasons, each with its keys. */
function withoutEffect(): string[][] {
  const byReason = new Map<string, string[]>();
  for (const name of Object.keys(KNOWN_KEYS)) {
    if (EFFECTS[name] !== undefined) continue;
    byReason.set(whyNoEffect(name), [...byReason.get(whyNoEffect(name)) ?? [], name]);
  }
  const rows = [...byReason].map(([reason, names]) => [reason, names.sort().map(codeCell).join(", ")]);
  return rows.sort(([a], [b]) => a < b ? -1 : 1);
}
