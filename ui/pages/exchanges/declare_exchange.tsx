import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { ArgumentsEditor } from "../../components/arguments_editor.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { KnownArguments } from "../../components/known_arguments.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { type KnownTexts, readKnown } from "../../format/known_arguments.ts";
import { common } from "../../i18n/common.ts";
import { carryOut } from "../../state/carry_out.ts";
import { EXCHANGE_TYPES, exchangeArguments, type ExchangeType } from "./exchange_types.ts";
import { exchangeTexts } from "./texts.ts";

/** A form that declares an exchange. */
export function DeclareExchange({ vhost: initialVhost, onDone, onClose }: {
  readonly vhost: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const t = exchangeTexts();
  const [vhost, setVhost] = useState(initialVhost);
  const [name, setName] = useState("");
  const [type, setType] = useState<ExchangeType>("direct");
  const [durability, setDurability] = useState<"yes" | "no">("yes");
  const [isAutoDelete, setAutoDelete] = useState(false);
  const [isInternal, setInternal] = useState(false);
  const [texts, setTexts] = useState<KnownTexts>({});
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const known = exchangeArguments(type, t);
  const given = readKnown(known, texts);
  const others = readArguments(lines);
  const declare = async () => {
    const body = {
      type,
      durable: durability === "yes",
      auto_delete: isAutoDelete,
      internal: isInternal,
      arguments: { ...others.table, ...given.table },
    };
    if (!await carryOut(api.put(apiPath`exchanges/${vhost}/${name}`, body), t.declared(name))) return;
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
        <SelectField
          label={t.type}
          hint={t.usedFor[type]}
          value={type}
          options={EXCHANGE_TYPES.map((type) => [type, type])}
          onChange={setType}
        />
        <SelectField
          label={t.durability}
          value={durability}
          options={[["yes", t.isDurable], ["no", t.isTransient]]}
          onChange={setDurability}
        />
        <CheckField label={t.deletesItself} isChecked={isAutoDelete} onChange={setAutoDelete} />
        <CheckField label={t.isInternal} isChecked={isInternal} onChange={setInternal} />
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
