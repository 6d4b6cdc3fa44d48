import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Queue } from "../../api/types.ts";
import { TextField } from "../../components/field.tsx";
import { format } from "../../format/format.ts";
import { carryOut } from "../../state/carry_out.ts";
import { queueTexts } from "./texts.ts";

/** Moves messages to another queue. */
export function MoveMessages(
  { queue: { vhost, name }, onDone }: { readonly queue: Queue; readonly onDone: () => void },
) {
  const t = queueTexts();
  const [destination, setDestination] = useState("");
  const [count, setCount] = useState("");
  const move = async () => {
    const body = count === "" ? { destination } : { destination, count: Number(count) };
    const moved = api.post<{ readonly moved: number }>(apiPath`queues/${vhost}/${name}/move`, body);
    if (await carryOut(moved, ({ moved }) => t.moved(moved, format().count(moved)))) onDone();
  };
  return (
    <section class="panel">
      <h2>{t.moveTitle}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void move();
        }}
      >
        <p class="note">{t.moveHint}</p>
        <div class="form-row">
          <TextField label={t.destination} value={destination} onChange={setDestination} autocomplete="off" required />
          <TextField label={t.moveCount} type="number" min={1} value={count} onChange={setCount} />
        </div>
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary">{t.moveAction}</button>
        </div>
      </form>
    </section>
  );
}
