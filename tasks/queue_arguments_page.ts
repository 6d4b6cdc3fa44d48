import { policyKeyName, QUEUE_ARGUMENTS } from "../src/broker/queue/argument_table.ts";
import { markdownTable } from "./markdown_table.ts";

const HEAD = ["argument", "value", "queue types", "policy key", "meaning"];

const code = (text: string): string => `\`${text}\``;

/** Returns `docs/queue_arguments.md`: the arguments of `queue.declare` as a table. */
export function queueArgumentsPage(): string {
  const rows = [...QUEUE_ARGUMENTS].map(([name, { value, types, policy, help }]) => [
    code(name),
    value.description,
    types.join(", "),
    policy === undefined ? "" : code(policyKeyName(name)),
    help,
  ]);
  return [
    "# Queue arguments",
    "",
    "`deno task docs` writes this page from the table in `src/broker/queue/argument_table.ts`.",
    "",
    ...markdownTable(HEAD, rows),
    "",
  ].join("\n");
}
