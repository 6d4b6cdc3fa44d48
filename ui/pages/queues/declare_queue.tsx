import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Queue } from "../../api/types.ts";
import { ArgumentsEditor, type KnownArguments } from "../../components/arguments_editor.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { useVhosts } from "../../components/vhost_choice.tsx";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { common } from "../../i18n/common.ts";
import { carryOut } from "../../state/carry_out.ts";
import { queueTexts } from "./texts.ts";

/** Arguments of queues (RabbitMQ: Queues, Optional Arguments). */
const KNOWN: KnownArguments = {
  "x-consumer-timeout": "number",
  "x-dead-letter-exchange": "text",
  "x-dead-letter-routing-key": "text",
  "x-dead-letter-strategy": "text",
  "x-delivery-limit": "number",
  "x-expires": "number",
  "x-max-age": "text",
  "x-max-length": "number",
  "x-max-length-bytes": "number",
  "x-max-priority": "number",
  "x-message-ttl": "number",
  "x-overflow": "text",
  "x-single-active-consumer": "boolean",
  "x-stream-max-segment-size-bytes": "number",
};

/** A form that declares a queue. */
export function DeclareQueue({ vhost: initialVhost, onDone, onClose }: {
  readonly vhost: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const t = queueTexts();
  const vhosts = useVhosts();
  const [vhost, setVhost] = useState(initialVhost);
  const [name, setName] = useState("");
  const [type, setType] = useState<Queue["type"]>("classic");
  const [isDurable, setDurable] = useState<"yes" | "no">("yes");
  const [isAutoDelete, setAutoDelete] = useState(false);
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const { table, problems } = readArguments(lines);
  const isClassic = type === "classic";
  const declare = async () => {
    const body = {
      durable: !isClassic || isDurable === "yes",
      auto_delete: isClassic && isAutoDelete,
      arguments: { ...table, "x-queue-type": type },
    };
    if (!await carryOut(api.put(apiPath`queues/${vhost}/${name}`, body), t.declared(name))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={t.declare} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void declare();
        }}
      >
        {vhosts.length > 1 && (
          <SelectField
            label={t.vhost}
            value={vhost}
            options={vhosts.map((name) => [name, name])}
            onChange={setVhost}
          />
        )}
        <TextField label={t.name} value={name} onChange={setName} autocomplete="off" required />
        <div class="form-row">
          <SelectField
            label={t.type}
            value={type}
            options={[["classic", "classic"], ["quorum", "quorum"], ["stream", "stream"]]}
            onChange={setType}
          />
          {isClassic && (
            <SelectField
              label={t.durability}
              value={isDurable}
              options={[["yes", t.isDurable], ["no", t.isTransient]]}
              onChange={setDurable}
            />
          )}
        </div>
        {isClassic && <CheckField label={t.deletesItself} isChecked={isAutoDelete} onChange={setAutoDelete} />}
        <ArgumentsEditor lines={lines} onChange={setLines} known={KNOWN} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button type="submit" class="button" data-kind="primary" disabled={problems.size > 0}>
            {t.declareAction}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
