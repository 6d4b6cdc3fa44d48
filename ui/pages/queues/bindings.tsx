import { apiPath } from "../../api/client.ts";
import type { Binding, Queue } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { BindFromForm } from "../../components/bindings/bind_form.tsx";
import { BindingTable } from "../../components/bindings/binding_table.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { queueTexts } from "./texts.ts";

/** Where a queue's messages come from. */
export function QueueBindings({ queue: { vhost, name }, mayBind }: {
  readonly queue: Queue;
  readonly mayBind: boolean;
}) {
  const t = queueTexts();
  const polled = usePoll<readonly Binding[]>(apiPath`queues/${vhost}/${name}/bindings`);
  return (
    <>
      <Loaded polled={polled}>
        {(bindings) => (
          <>
            <BindingTable
              caption={t.bindings}
              bindings={bindings}
              shows="source"
              onChanged={mayBind ? polled.reload : undefined}
            />
            {bindings.every(({ source }) => source === "") && <p class="note">{t.noBindings}</p>}
          </>
        )}
      </Loaded>
      {mayBind && <BindFromForm title={t.bind} vhost={vhost} kind="queue" destination={name} onDone={polled.reload} />}
    </>
  );
}
