import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { usePoll } from "../../api/use_poll.ts";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { carryOut } from "../../state/carry_out.ts";
import { type Limit, LIMIT_NAMES, type LimitKind } from "./limits.ts";
import { limitTexts } from "./texts.ts";

/** Interval in which names are read. In milliseconds. */
const INTERVAL_MS = 30_000;

/** A form that sets a limit, or changes one. */
export function SetLimit({ kind, limit, onDone, onClose }: {
  readonly kind: LimitKind;
  /** Values that the form begins with. */
  readonly limit: Partial<Limit>;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const t = limitTexts();
  const { data: owners = [] } = usePoll<readonly { readonly name: string }[]>(`${kind}s?columns=name`, {
    intervalMs: INTERVAL_MS,
  });
  const [chosen, setOwner] = useState(limit.owner);
  const [name, setName] = useState(limit.name ?? LIMIT_NAMES[kind][0]);
  const [value, setValue] = useState(limit.value === undefined ? "" : String(limit.value));
  const owner = chosen ?? owners.at(0)?.name;
  const set = async () => {
    if (owner === undefined) return;
    const change = api.put(apiPath`${kind}-limits/${owner}/${name}`, { value: Number(value) });
    if (!await carryOut(change, t.wasSet(name, owner, format().count(Number(value))))) return;
    onDone();
    onClose();
  };
  const names = owner === undefined || owners.some(({ name }) => name === owner)
    ? owners.map(({ name }) => name)
    : [owner, ...owners.map(({ name }) => name)];
  return (
    <Dialog title={t.set[kind]} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void set();
        }}
      >
        <SelectField
          label={t.owners[kind]}
          value={owner ?? ""}
          options={names.map((name) => [name, name])}
          onChange={setOwner}
        />
        <SelectField
          label={t.limit}
          hint={t.help[kind][name]}
          value={name}
          options={LIMIT_NAMES[kind].map((name) => [name, name])}
          onChange={setName}
        />
        <TextField
          label={t.value}
          hint={t.valueHint}
          type="number"
          min={0}
          value={value}
          onChange={setValue}
          required
        />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button type="submit" class="button" data-kind="primary" disabled={owner === undefined}>{t.setAction}</button>
        </div>
      </form>
    </Dialog>
  );
}
