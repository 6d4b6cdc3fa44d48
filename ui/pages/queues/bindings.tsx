import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Binding, Queue } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { ArgumentsEditor } from "../../components/arguments_editor.tsx";
import { TextField } from "../../components/field.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { ask } from "../../components/questions.tsx";
import { Table } from "../../components/table.tsx";
import { TableArguments } from "../../components/table_arguments.tsx";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import { queueTexts } from "./texts.ts";

/** Where a queue's messages come from. */
export function QueueBindings({ queue: { vhost, name } }: { readonly queue: Queue }) {
  const t = queueTexts();
  const bindings = usePoll<readonly Binding[]>(apiPath`queues/${vhost}/${name}/bindings`);
  const unbind = async ({ source, routing_key, properties_key }: Binding) => {
    const question = { title: t.unbindTitle(source, name), text: t.unbindText(routing_key), action: t.unbind };
    if (!await ask(question)) return;
    const path = apiPath`bindings/${vhost}/e/${source}/q/${name}/${properties_key}`;
    if (await carryOut(api.delete(path), t.unbound)) bindings.reload();
  };
  return (
    <>
      <Loaded polled={bindings}>
        {(all) => (
          <>
            <Table
              caption={t.bindings}
              items={all}
              keyOf={({ source, properties_key }) => JSON.stringify([source, properties_key])}
              columns={[
                {
                  key: "source",
                  label: t.from,
                  cell: ({ source }) => <a href={linkTo.exchange(vhost, source)}>{source || t.defaultExchange}</a>,
                },
                { key: "key", label: t.routingKey, cell: ({ routing_key }) => <code>{routing_key}</code> },
                {
                  key: "arguments",
                  label: t.arguments,
                  cell: (binding) => <TableArguments table={binding.arguments} />,
                },
                {
                  key: "unbind",
                  label: common().actions,
                  isNumber: true,
                  cell: (binding) =>
                    binding.source !== "" && (
                      <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        onClick={() => void unbind(binding)}
                      >
                        {t.unbind}
                      </button>
                    ),
                },
              ]}
            />
            {all.every(({ source }) => source === "") && <p class="note">{t.noBindings}</p>}
          </>
        )}
      </Loaded>
      <AddBinding vhost={vhost} queue={name} onDone={bindings.reload} />
    </>
  );
}

function AddBinding({ vhost, queue, onDone }: {
  readonly vhost: string;
  readonly queue: string;
  readonly onDone: () => void;
}) {
  const t = queueTexts();
  const [source, setSource] = useState("");
  const [routingKey, setRoutingKey] = useState("");
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const { table, problems } = readArguments(lines);
  const bind = async () => {
    const path = apiPath`bindings/${vhost}/e/${source}/q/${queue}`;
    const body = { routing_key: routingKey, arguments: table };
    if (!await carryOut(api.post(path, body), t.bound)) return;
    setRoutingKey("");
    setLines([]);
    onDone();
  };
  return (
    <section class="panel">
      <h2>{t.bind}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void bind();
        }}
      >
        <div class="form-row">
          <TextField label={t.from} value={source} onChange={setSource} autocomplete="off" required />
          <TextField label={t.routingKey} value={routingKey} onChange={setRoutingKey} autocomplete="off" />
        </div>
        <ArgumentsEditor lines={lines} onChange={setLines} />
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary" disabled={problems.size > 0}>{t.bindAction}</button>
        </div>
      </form>
    </section>
  );
}
