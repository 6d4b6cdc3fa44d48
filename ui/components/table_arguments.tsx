import type { Table } from "../api/types.ts";
import { common } from "../i18n/common.ts";
import "./table_arguments.css";

/** A table of AMQP, such as arguments, as names and values. */
export function TableArguments({ table }: { readonly table: Table }) {
  const entries = Object.entries(table);
  if (entries.length === 0) return <span class="zero">{common().none}</span>;
  return (
    <ul class="table-arguments">
      {entries.map(([name, value]) => (
        <li key={name}>
          <code>{name}</code>{" "}
          <code class="table-arguments-value">{typeof value === "string" ? value : JSON.stringify(value)}</code>
        </li>
      ))}
    </ul>
  );
}
