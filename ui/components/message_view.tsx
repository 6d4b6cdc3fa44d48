import type { Message, Table, TableValue } from "../api/types.ts";
import { format } from "../format/format.ts";
import { messageTexts } from "../i18n/message_texts.ts";
import { Badge } from "./badge.tsx";
import { BodyView } from "./body_view.tsx";
import { KeyValue } from "./key_value.tsx";
import { TableArguments } from "./table_arguments.tsx";

/** A message with its properties, headers and body. */
export function MessageView({ message, number }: { readonly message: Message; readonly number: number }) {
  const t = messageTexts();
  const { exchange, routing_key, redelivered, payload, payload_bytes, payload_encoding, properties } = message;
  const { headers, ...others } = properties;
  const shownBytes = payload_encoding === "base64" ? atob(payload).length : new TextEncoder().encode(payload).length;
  return (
    <article class="panel page">
      <header class="page-head">
        <h2>{t.message(format().count(number))}</h2>
        {redelivered && <Badge tone="warn">{t.redelivered}</Badge>}
        {message.message_count !== undefined && (
          <span class="note">{t.behind(format().count(message.message_count))}</span>
        )}
      </header>
      <KeyValue
        rows={{
          [t.exchange]: exchange || t.defaultExchange,
          [t.routingKey]: <code>{routing_key}</code>,
          [t.properties]: Object.keys(others).length === 0 ? undefined : <TableArguments table={others} />,
          [t.headers]: isTable(headers) ? <TableArguments table={headers} /> : undefined,
          [t.size]: format().bytes(payload_bytes),
        }}
      />
      <BodyView payload={payload} encoding={payload_encoding} />
      {shownBytes < payload_bytes && <p class="note">{t.cutTo(format().bytes(shownBytes))}</p>}
    </article>
  );
}

const isTable = (value: TableValue | undefined): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);
