import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Queue } from "../../api/types.ts";
import { ArgumentsEditor } from "../../components/arguments_editor.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { KnownArguments } from "../../components/known_arguments.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { type KnownTexts, readKnown } from "../../format/known_arguments.ts";
import { common } from "../../i18n/common.ts";
import { carryOut } from "../../state/carry_out.ts";
import { queueArguments } from "./queue_arguments.ts";
import { queueTexts } from "./texts.ts";

/** A form that declares a queue. */
export function DeclareQueue({ vhost: initialVhost, onDone, onClose }: {
  readonly vhost: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const t = queueTexts();
  const [vhost, setVhost] = useState(initialVhost);
  const [name, setName] = useState("");
  const [type, setType] = useState<Queue["type"]>("classic");
  const [isDurable, setDurable] = useState<"yes" | "no">("yes");
  const [isAutoDelete, setAutoDelete] = useState(false);
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const known = queueArguments(type, t);
  const [texts, setTexts] = useState<KnownTexts>({});
  const given = readKnown(known, texts);
  const others = readArguments(lines);
  const isClassic = type === "classic";
  const declare = async () => {
    const body = {
      durable: !isClassic || isDurable === "yes",
      auto_delete: isClassic && isAutoDelete,
      arguments: { ...others.table, ...given.table, "x-queue-type": type },
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
        <VhostField value={vhost} onChange={setVhost} />
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
        <KnownArguments title={t.arguments} known={known} texts={texts} onChange={setTexts} />
        <ArgumentsEditor title={common().otherArguments} lines={lines} onChange={setLines} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button
            type="submit"
            class="button"
            data-kind="primary"
            disabled={given.wrong.length > 0 || others.problems.size > 0}
          >
            {t.declareAction}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
