import { policyKeyName, QUEUE_ARGUMENTS } from "../src/broker/queue/argument_table.ts";

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

/** Returns the lines of a table with columns of even width, as `deno fmt` formats it. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
