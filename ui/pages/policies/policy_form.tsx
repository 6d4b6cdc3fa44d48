import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { ArgumentsEditor, type KnownArguments } from "../../components/arguments_editor.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { type ArgumentLine, argumentLines, readArguments } from "../../format/arguments.ts";
import { common } from "../../i18n/common.ts";
import { carryOut } from "../../state/carry_out.ts";
import { PolicyMatches } from "./policy_matches.tsx";
import { APPLY_TO, type ApplyTo, type Policy, POLICY_KINDS, type PolicyKind } from "./policy.ts";
import { policyTexts } from "./texts.ts";

/** Keys of definitions (RabbitMQ: Policies). */
const KNOWN: KnownArguments = {
  "alternate-exchange": "text",
  "consumer-timeout": "number",
  "dead-letter-exchange": "text",
  "dead-letter-routing-key": "text",
  "dead-letter-strategy": "text",
  "delivery-limit": "number",
  "expires": "number",
  "max-age": "text",
  "max-length": "number",
  "max-length-bytes": "number",
  "message-ttl": "number",
  "overflow": "text",
  "stream-max-segment-size-bytes": "number",
};

/** A form that adds a policy or changes one, and shows what it would match. */
export function PolicyForm({ kind, policy, vhost: initialVhost, onDone, onClose }: {
  readonly kind: PolicyKind;
  /** The policy to change; `undefined` for a new one. */
  readonly policy: Policy | undefined;
  readonly vhost: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const t = policyTexts();
  const [vhost, setVhost] = useState(policy?.vhost ?? initialVhost);
  const [name, setName] = useState(policy?.name ?? "");
  const [pattern, setPattern] = useState(policy?.pattern ?? "");
  const [applyTo, setApplyTo] = useState<ApplyTo>(policy?.["apply-to"] ?? "queues");
  const [priority, setPriority] = useState(String(policy?.priority ?? 0));
  const [lines, setLines] = useState<readonly ArgumentLine[]>(argumentLines(policy?.definition ?? {}));
  const { table, problems } = readArguments(lines);
  const save = async () => {
    const body = { pattern, "apply-to": applyTo, priority: Number(priority), definition: table };
    const path = POLICY_KINDS[kind] + apiPath`/${vhost}/${name}`;
    if (!await carryOut(api.put(path, body), t.saved(name))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog
      title={policy !== undefined ? t.edit(policy.name) : kind === "policy" ? t.add : t.addOperator}
      onClose={onClose}
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {policy === undefined && (
          <>
            <VhostField value={vhost} onChange={setVhost} />
            <TextField label={t.name} value={name} onChange={setName} autocomplete="off" required />
          </>
        )}
        <TextField
          label={t.pattern}
          hint={t.patternHint}
          value={pattern}
          onChange={setPattern}
          autocomplete="off"
          required
        />
        <div class="form-row">
          <SelectField
            label={t.applyTo}
            value={applyTo}
            options={APPLY_TO.map((name) => [name, t.targets[name]])}
            onChange={setApplyTo}
          />
          <TextField label={t.priority} hint={t.priorityHint} type="number" value={priority} onChange={setPriority} />
        </div>
        <ArgumentsEditor lines={lines} onChange={setLines} known={KNOWN} />
        <PolicyMatches vhost={vhost} pattern={pattern} applyTo={applyTo} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{common().cancel}</button>
          <button
            type="submit"
            class="button"
            data-kind="primary"
            disabled={problems.size > 0 || Object.keys(table).length === 0}
          >
            {t.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
