import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Queue } from "../../api/types.ts";
import { ArgumentsEditor } from "../../components/arguments_editor.tsx";
import { SelectField, TextAreaField } from "../../components/field.tsx";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { carryOut } from "../../state/carry_out.ts";
import { queueTexts } from "./texts.ts";

/** A form that publishes a message into a queue. */
export function PublishMessage({ queue: { vhost, name }, onDone }: {
  readonly queue: Queue;
  readonly onDone: () => void;
}) {
  const t = queueTexts();
  const [mode, setMode] = useState<"1" | "2">("2");
  const [payload, setPayload] = useState("");
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const { table, problems } = readArguments(lines);
  const publish = async () => {
    const body = {
      routing_key: name,
      properties: { delivery_mode: Number(mode), headers: table },
      payload,
      payload_encoding: "string",
    };
    const path = apiPath`exchanges/${vhost}/amq.default/publish`;
    const published = api.post<{ readonly routed: boolean }>(path, body);
    if (await carryOut(published, ({ routed }) => routed ? t.published : t.notRouted)) onDone();
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
        <p class="note">{t.publishHint}</p>
        <SelectField
          label={t.deliveryMode}
          value={mode}
          options={[["2", t.persistentMessage], ["1", t.transientMessage]]}
          onChange={setMode}
        />
        <ArgumentsEditor title={t.headers} lines={lines} onChange={setLines} />
        <TextAreaField label={t.payload} value={payload} onChange={setPayload} />
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary" disabled={problems.size > 0}>
            {t.publishAction}
          </button>
        </div>
      </form>
    </section>
  );
}
