import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { api } from "../../api/session.ts";
import type { Queue } from "../../api/types.ts";
import { SelectField, TextField } from "../../components/field.tsx";
import { NameField } from "../../components/name_field.tsx";
import { ask } from "../../components/questions.tsx";
import { format } from "../../format/format.ts";
import { carryOut } from "../../state/carry_out.ts";
import { queueTexts } from "./texts.ts";

type Mode = "move" | "copy" | "resend";

/** What can be done with the messages of a queue, and of a stream, which keeps its own. */
const MODES: readonly Mode[] = ["move", "copy", "resend"];
const STREAM_MODES: readonly Mode[] = ["copy"];

/** Member of the API's answer that counts messages which went. */
const COUNTED = { move: "moved", copy: "copied", resend: "resent" } as const;

type Answer = Readonly<Record<"skipped" | "refused", number> & Partial<Record<typeof COUNTED[Mode], number>>>;

/** Moves or copies messages to another queue, or sends dead letters back. */
export function TransferMessages(
  { queue: { vhost, name, type, messages_ready: ready }, onDone }: {
    readonly queue: Queue;
    readonly onDone: () => void;
  },
) {
  const t = queueTexts();
  const modes = type === "stream" ? STREAM_MODES : MODES;
  const [mode, setMode] = useState<Mode>(modes[0]);
  const [destination, setDestination] = useState("");
  const [count, setCount] = useState("");
  const transfer = async () => {
    const most = count === "" ? ready : Math.min(ready, Number(count));
    const text = format().count(most);
    if (mode !== "copy") {
      const title = t.transferTitles[mode](most, text, name, destination);
      if (!await ask({ title, text: t.transferText, action: t.transferActions[mode] })) return;
    }
    const body = {
      ...mode === "resend" ? {} : { destination },
      ...count === "" ? {} : { count: Number(count) },
    };
    const path = apiPath`queues/${vhost}/${name}/${mode}`;
    if (await carryOut(api.post<Answer>(path, body), (answer) => resultOf(mode, answer))) onDone();
  };
  return (
    <section class="panel">
      <h2>{t.transfer}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void transfer();
        }}
      >
        <SelectField
          label={t.transferMode}
          hint={t.transferHints[mode]}
          value={mode}
          options={modes.map((mode) => [mode, t.transferModes[mode]])}
          onChange={setMode}
        />
        <div class="form-row">
          {mode !== "resend" && (
            <NameField
              label={t.destination}
              resource="queues"
              vhost={vhost}
              value={destination}
              onChange={setDestination}
              required
            />
          )}
          <TextField label={t.transferCount} type="number" min={1} value={count} onChange={setCount} />
        </div>
        <div class="form-actions">
          <button type="submit" class="button" data-kind="primary">{t.transferActions[mode]}</button>
        </div>
      </form>
    </section>
  );
}

/** Returns how many messages went, and how many did not. */
function resultOf(mode: Mode, answer: Answer): string {
  const t = queueTexts();
  const name = COUNTED[mode];
  const count = answer[name] ?? 0;
  const { skipped, refused } = answer;
  const went = t.transferred[name](count, format().count(count));
  return skipped + refused === 0 ? went : went + t.stayed(format().count(skipped), format().count(refused));
}
