import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { type KnownTexts, readKnown } from "../../format/known_arguments.ts";
import { carryOut } from "../../state/carry_out.ts";
import { ArgumentsEditor, type KnownArguments as KnownHeaders } from "../arguments_editor.tsx";
import { SelectField, TextAreaField, TextField } from "../field.tsx";
import { KnownArguments } from "../known_arguments.tsx";
import { messageProperties } from "./properties.ts";
import { publishTexts } from "./texts.ts";

/** Headers that the broker heeds. */
const HEADERS: KnownHeaders = {
  BCC: "list",
  CC: "list",
  "x-deduplication-header": "text",
  "x-delay": "number",
  "x-stream-filter-value": "text",
};

/** A form that publishes a message: with a routing key of one's choice, or into a queue. */
export function PublishForm({ vhost, exchange, queue, hint, onDone }: {
  readonly vhost: string;
  /** Name in the API: `amq.default` for the default exchange. */
  readonly exchange: string;
  /** The only queue that it goes to, by its name. */
  readonly queue?: string;
  readonly hint?: string;
  readonly onDone: () => void;
}) {
  const t = publishTexts();
  const known = messageProperties(t);
  const [routingKey, setRoutingKey] = useState("");
  const [mode, setMode] = useState<"1" | "2">("2");
  const [texts, setTexts] = useState<KnownTexts>({});
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const [payload, setPayload] = useState("");
  const [encoding, setEncoding] = useState<"string" | "base64">("string");
  const headers = readArguments(lines);
  const properties = readKnown(known, texts);
  const publish = async () => {
    const body = {
      routing_key: queue ?? routingKey,
      properties: { ...properties.table, delivery_mode: Number(mode), headers: headers.table },
      payload,
      payload_encoding: encoding,
    };
    const published = api.post<{ readonly routed: boolean }>(apiPath`exchanges/${vhost}/${exchange}/publish`, body);
    const done = queue === undefined ? t.routed : t.published;
    if (await carryOut(published, ({ routed }) => routed ? done : t.notRouted)) onDone();
  };
  return (
    <section class="panel">
      <h2>{t.publish}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        {hint !== undefined && <p class="note">{hint}</p>}
        <div class="form-row">
          {queue === undefined && (
            <TextField label={t.routingKey} value={routingKey} onChange={setRoutingKey} autocomplete="off" />
          )}
          <SelectField
            label={t.deliveryMode}
            value={mode}
            options={[["2", t.persistentMessage], ["1", t.transientMessage]]}
            onChange={setMode}
          />
        </div>
        <KnownArguments title={t.properties} known={known} texts={texts} onChange={setTexts} />
        <ArgumentsEditor title={t.headers} add={t.addHeader} lines={lines} onChange={setLines} known={HEADERS} />
        <TextAreaField label={t.payload} value={payload} onChange={setPayload} />
        <SelectField
          label={t.payloadAs}
          value={encoding}
          options={[["string", t.text], ["base64", t.base64]]}
          onChange={setEncoding}
        />
        <div class="form-actions">
          <button
            type="submit"
            class="button"
            data-kind="primary"
            disabled={headers.problems.size > 0 || properties.wrong.length > 0}
          >
            {t.publishAction}
          </button>
        </div>
      </form>
    </section>
  );
}
