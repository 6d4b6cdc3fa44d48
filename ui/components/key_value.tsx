import type { ComponentChildren } from "preact";
import "./key_value.css";

/** Names with their values. Those without a value are left out. */
export function KeyValue({ rows }: { readonly rows: Readonly<Record<string, ComponentChildren>> }) {
  return (
    <dl class="key-value">
      {Object.entries(rows).filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
