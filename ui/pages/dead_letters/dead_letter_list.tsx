import { useState } from "preact/hooks";
import type { Message } from "../../api/types.ts";
import { CheckField } from "../../components/field.tsx";
import { MessageView } from "../../components/message_view.tsx";
import { Table } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import { messageTexts } from "../../i18n/message_texts.ts";
import { linkTo } from "../../router/links.ts";
import { type DeathGroup, deathsOf } from "./deaths.ts";
import { deadLetterTexts } from "./texts.ts";

/** Number of messages that are shown whole. */
const SHOWN_MAX = 25;

/** The dead letters of a group, to be looked into, and to be chosen and sent back where the user may do that. */
export function DeadLetterList({ vhost, group: { messages }, onResend }: {
  readonly vhost: string;
  readonly group: DeathGroup;
  readonly onResend: ((messages: readonly Message[]) => Promise<void>) | undefined;
}) {
  const t = deadLetterTexts();
  const [chosen, setChosen] = useState<ReadonlySet<Message>>(new Set());
  const [isBusy, setBusy] = useState(false);
  const shown = messages.slice(0, SHOWN_MAX);
  const choose = (message: Message, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(message);
    else next.delete(message);
    setChosen(next);
  };
  const resend = async (these: readonly Message[]) => {
    setBusy(true);
    await onResend?.(these);
    setChosen(new Set());
    setBusy(false);
  };
  const those = shown.filter((message) => chosen.has(message));
  return (
    <>
      <div class="page-head">
        {shown.length < messages.length && (
          <p class="note">{t.shownOf(format().count(shown.length), format().count(messages.length))}</p>
        )}
        {onResend !== undefined && (
          <div class="page-actions">
            <button
              type="button"
              class="button"
              disabled={isBusy || those.length === 0}
              onClick={() => void resend(those)}
            >
              {t.resendChosen(format().count(those.length))}
            </button>
          </div>
        )}
      </div>
      {shown.map((message, index) => {
        const number = format().count(index + 1);
        return (
          <section key={index} class="page" aria-label={messageTexts().message(number)}>
            {onResend !== undefined && (
              <div class="page-head">
                <CheckField
                  label={t.choose(number)}
                  isChecked={chosen.has(message)}
                  onChange={(isChosen) => choose(message, isChosen)}
                />
                <div class="page-actions">
                  <button
                    type="button"
                    class="button"
                    disabled={isBusy}
                    aria-label={t.resendThis(number)}
                    onClick={() => void resend([message])}
                  >
                    {t.resend}
                  </button>
                </div>
              </div>
            )}
            <Deaths vhost={vhost} message={message} />
            <MessageView message={message} number={index + 1} />
          </section>
        );
      })}
    </>
  );
}

/** The header x-death as a table. */
function Deaths({ vhost, message }: { readonly vhost: string; readonly message: Message }) {
  const t = deadLetterTexts();
  return (
    <Table
      caption={t.deaths}
      items={deathsOf(message)}
      keyOf={({ reason, queue }) => JSON.stringify([reason, queue])}
      columns={[
        { key: "queue", label: t.origin, cell: ({ queue }) => <a href={linkTo.queue(vhost, queue)}>{queue}</a> },
        { key: "reason", label: t.reason, cell: ({ reason }) => t.reasons[reason] ?? reason },
        {
          key: "exchange",
          label: t.exchange,
          cell: ({ exchange }) => exchange || messageTexts().defaultExchange,
        },
        { key: "keys", label: t.routingKeys, cell: ({ routingKeys }) => <code>{routingKeys.join(", ")}</code> },
        { key: "count", label: t.deathCount, isNumber: true, cell: ({ count }) => format().count(count) },
        { key: "time", label: t.time, cell: ({ timeMs }) => format().dateTime(timeMs) },
      ]}
    />
  );
}
