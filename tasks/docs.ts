/** Writes the pages in `docs/` that are generated from tables of the source. */
import { mkdir, writeFile } from "node:fs/promises";
import { commandsPage, manualPage } from "../src/cli/ctl/manual.ts";
import { COMMAND_PROGRAMS } from "../src/cli/tools.ts";
import { configurationKeysPage } from "./configuration_keys_page.ts";
import { perfSwitchesPage } from "./perf_switches_page.ts";
import { queueArgumentsPage } from "./queue_arguments_page.ts";

const folder = new URL("../docs/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("queue_arguments.md", folder), queueArgumentsPage());
await writeFile(new URL("configuration_keys.md", folder), configurationKeysPage());
await writeFile(new URL("perf_switches.md", folder), perfSwitchesPage());
await writeFile(new URL("commands.md", folder), commandsPage(COMMAND_PROGRAMS));
await mkdir(new URL("man/", folder), { recursive: true });
for (const { name, description } of COMMAND_PROGRAMS) {
  await writeFile(new URL(`man/${name}.1`, folder), manualPage(name, description));
}
