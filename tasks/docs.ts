/** Writes the pages in `docs/` that are generated from tables of the source. */
import { mkdir, writeFile } from "node:fs/promises";
import { queueArgumentsPage } from "./queue_arguments_page.ts";

const folder = new URL("../docs/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("queue_arguments.md", folder), queueArgumentsPage());
