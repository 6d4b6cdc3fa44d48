import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { carryOut } from "../../state/carry_out.ts";
import { ArgumentsEditor, type KnownArguments } from "../arguments_editor.tsx";
import { SelectField, TextField } from "../field.tsx";
import { NameField } from "../name_field.tsx";
import { DESTINATION_LETTERS } from "./binding_table.tsx";
import { bindingTexts } from "./texts.ts";

/** Arguments of bindings: those of headers exchanges. */
const KNOWN: KnownArguments = { "x-match": "text" };

type Kind = keyof typeof DESTINATION_LETTERS;

interface BindFormProps {
  readonly title: string;
  readonly vhost: string;
  readonly onDone: () => void;
}

/** A form that binds an exchange or a queue to an exchange that is chosen. */
export function BindFromForm({ kind, destination, ...props }: BindFormProps & {
  readonly kind: Kind;
  readonly destination: string;
}) {
  const t = bindingTexts();
  const [source, setSource] = useState("");
  return (
    <BindForm {...props} source={source} kind={kind} destination={destination}>
      <NameField
        label={t.from}
        resource="exchanges"
        vhost={props.vhost}
        value={source}
        onChange={setSource}
        required
      />
    </BindForm>
  );
}

/** A form that binds what is chosen to an exchange. */
export function BindToForm({ source, ...props }: BindFormProps & { readonly source: string }) {
  const t = bindingTexts();
  const [kind, setKind] = useState<Kind>("queue");
  const [destination, setDestination] = useState("");
  return (
    <BindForm {...props} source={source} kind={kind} destination={destination}>
      <SelectField
        label={t.to}
        value={kind}
        options={[["queue", t.queue], ["exchange", t.exchange]]}
        onChange={setKind}
      />
      <NameField
        label={kind === "queue" ? t.toQueue : t.toExchange}
        resource={kind === "queue" ? "queues" : "exchanges"}
        vhost={props.vhost}
        value={destination}
        onChange={setDestination}
        required
      />
    </BindForm>
  );
}

function BindForm({ title, vhost, source, kind, destination, onDone, children }: BindFormProps & {
  readonly source: string;
  readonly kind: Kind;
  readonly destination: string;
  readonly children: ComponentChildren;
}) {
  const t = bindingTexts();
  const [routingKey, setRoutingKey] = useState("");
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const { table, problems } = readArguments(lines);
  const bind = async () => {
    const path = apiPath`bindings/${vhost}/e/${source}/${DESTINATION_LETTERS[kind]}/${destination}`;
    const body = { routing_key: routingKey, arguments: table };
    if (!await carryOut(api.post(path, body), t.bound)) return;
    setRoutingKey("");
    setLines([]);
    onDone();
  };
  return (
    <section class="panel">
      <h2>{title}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void bind();
        }}
      >
        <div class="form-row">
          {children}
          <TextField label={t.routingKey} value={routingKey} onChange={setRoutingKey} autocomplete="off" />
        </div>
        <ArgumentsEditor lines={lines} onChange={setLines} known={KNOWN} />
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary" disabled={problems.size > 0}>{t.bindAction}</button>
        </div>
      </form>
    </section>
  );
}
