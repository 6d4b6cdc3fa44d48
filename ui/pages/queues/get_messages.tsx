import { useState } from "preact/hooks";
import { ApiError } from "../../api/api_error.ts";
import { apiPath } from "../../api/client.ts";
import { errorText } from "../../api/error_text.ts";
import { api } from "../../api/session.ts";
import type { Message, Queue } from "../../api/types.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { MessageView } from "../../components/message_view.tsx";
import { ask } from "../../components/questions.tsx";
import { sayError } from "../../components/toasts.tsx";
import { common } from "../../i18n/common.ts";
import { queueTexts } from "./texts.ts";

/** Length to which bodies are cut. In bytes. */
const TRUNCATE_BYTES = 50_000;

const COUNT_MAX = 100;

type Mode = "peek" | "ack_requeue_true" | "reject_requeue_true" | "ack_requeue_false" | "reject_requeue_false";

/** Modes that remove messages from the queue. */
const REMOVING: readonly Mode[] = ["ack_requeue_false", "reject_requeue_false"];

/** Shows messages of a queue, and takes them out if so wanted. */
export function GetMessages({ queue: { vhost, name, type }, onChanged }: {
  readonly queue: Queue;
  readonly onChanged: () => void;
}) {
  const t = queueTexts();
  const [mode, setMode] = useState<Mode>("peek");
  const [count, setCount] = useState("10");
  const [offset, setOffset] = useState("0");
  const [messages, setMessages] = useState<readonly Message[]>();
  const isStream = type === "stream";
  const get = async () => {
    const isRemoving = REMOVING.includes(mode);
    const question = { title: t.takeTitle(Number(count), name), text: t.takeText, action: t.getAction };
    if (isRemoving && !await ask(question)) return;
    try {
      const path = apiPath`queues/${vhost}/${name}/get`;
      const body = { count: Number(count), ackmode: mode, encoding: "auto", truncate: TRUNCATE_BYTES };
      setMessages(await api.post<readonly Message[]>(path, isStream ? { ...body, offset: Number(offset) } : body));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sayError(errorText(error, common()));
    }
    if (mode !== "peek") onChanged();
  };
  return (
    <>
      <section class="panel">
        <h2>{t.look}</h2>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void get();
          }}
        >
          <div class="form-row">
            <TextField
              label={t.howMany}
              type="number"
              min={1}
              max={COUNT_MAX}
              value={count}
              onChange={setCount}
              required
            />
            {isStream
              ? <TextField label={t.fromOffset} type="number" min={0} value={offset} onChange={setOffset} required />
              : (
                <SelectField
                  label={t.mode}
                  value={mode}
                  options={[
                    ["peek", t.peek],
                    ["ack_requeue_true", t.requeue],
                    ["reject_requeue_true", t.fail],
                    ["ack_requeue_false", t.take],
                    ["reject_requeue_false", t.reject],
                  ]}
                  onChange={setMode}
                />
              )}
          </div>
          <div class="form-actions">
            <button type="submit" class="button" data-kind="primary">{t.getAction}</button>
          </div>
        </form>
      </section>
      {messages?.length === 0 && (
        <div class="panel">
          <EmptyState title={t.empty} />
        </div>
      )}
      {messages?.map((message, index) => <MessageView key={index} message={message} number={index + 1} />)}
    </>
  );
}
