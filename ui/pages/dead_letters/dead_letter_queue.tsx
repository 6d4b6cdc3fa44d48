import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/api_error.ts";
import { apiPath } from "../../api/client.ts";
import { errorText } from "../../api/error_text.ts";
import { api } from "../../api/session.ts";
import type { Message } from "../../api/types.ts";
import { useQueueRights } from "../../api/use_rights.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { FailedRead } from "../../components/failed_read.tsx";
import { Page } from "../../components/page.tsx";
import { ask } from "../../components/questions.tsx";
import { Table } from "../../components/table.tsx";
import { say, sayError } from "../../components/toasts.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { carryOut } from "../../state/carry_out.ts";
import { DeadLetterList } from "./dead_letter_list.tsx";
import { type DeathGroup, filterFor, groupByDeath } from "./deaths.ts";
import { deadLetterTexts } from "./texts.ts";

/** Number of messages that are examined. */
const EXAMINED_MAX = 1000;

/** Length to which bodies are cut. In bytes. */
const TRUNCATE_BYTES = 10_000;

interface Resent {
  readonly resent: number;
}

/** The dead letters in a queue by reason and origin, and what can be done with them. */
export function DeadLetterQueuePage({ vhost, name }: { readonly vhost: string; readonly name: string }) {
  const t = deadLetterTexts();
  const path = apiPath`queues/${vhost}/${name}`;
  const { mayMove } = useQueueRights(vhost, name);
  const [messages, setMessages] = useState<readonly Message[]>();
  const [error, setError] = useState<unknown>();
  const [shown, setShown] = useState<string>();
  const look = useCallback(async () => {
    const body = { count: EXAMINED_MAX, ackmode: "peek", encoding: "auto", truncate: TRUNCATE_BYTES };
    try {
      setMessages(await api.post<readonly Message[]>(`${path}/get`, body));
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  }, [path]);
  useEffect(() => void look(), [look]);
  const resend = (body: object) => api.post<Resent>(`${path}/resend`, body);
  const tell = (count: number) => count > 0 ? t.resent(count, format().count(count)) : t.noneResent;
  const resendMany = async (title: string, text: string, body: object) => {
    if (!await ask({ title, text, action: t.resend })) return;
    await carryOut(resend(body), ({ resent }) => tell(resent));
    await look();
  };
  const resendThese = async (chosen: readonly Message[]) => {
    let count = 0;
    try {
      for (const message of chosen) count += (await resend({ count: 1, filter: filterFor(message) })).resent;
      say(tell(count));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      sayError(errorText(failure, common()));
    }
    await look();
  };
  const { groups, others } = groupByDeath(messages ?? []);
  const open = groups.find((group) => keyOf(group) === shown) ?? groups.at(0);
  const atAll = messages === undefined || messages.length === 0
    ? 0
    : messages.length + (messages.at(-1)!.message_count ?? 0);
  return (
    <Page
      title={name}
      trail={
        <>
          <a href="#/dead-letters">{t.title}</a> / <a href={linkTo.vhost(vhost)}>{vhost}</a>
        </>
      }
      actions={
        <>
          <a class="button" href={linkTo.queue(vhost, name)}>{t.openQueue}</a>
          <button type="button" class="button" onClick={() => void look()}>{t.again}</button>
          {mayMove && (
            <button
              type="button"
              class="button"
              data-kind="primary"
              disabled={groups.length === 0}
              onClick={() => void resendMany(t.resendAllTitle(name), t.resendAllText, {})}
            >
              {t.resendAll}
            </button>
          )}
        </>
      }
    >
      <FailedRead error={error} onRetry={() => void look()} />
      {messages?.length === 0 && (
        <div class="panel">
          <EmptyState title={t.nothing}>{t.nothingHint}</EmptyState>
        </div>
      )}
      {messages !== undefined && messages.length < atAll && (
        <p class="note">{t.shownOf(format().count(messages.length), format().count(atAll))}</p>
      )}
      {messages !== undefined && messages.length > 0 && (
        <p class="note">{t.examined(format().count(messages.length))}</p>
      )}
      {groups.length > 0 && (
        <Table
          caption={t.groups}
          items={groups}
          keyOf={keyOf}
          columns={[
            { key: "reason", label: t.reason, cell: ({ reason }) => t.reasons[reason] ?? reason },
            {
              key: "queue",
              label: t.origin,
              cell: ({ queue }) => <a href={linkTo.queue(vhost, queue)}>{queue}</a>,
            },
            { key: "count", label: t.count, isNumber: true, cell: ({ messages }) => format().count(messages.length) },
            { key: "time", label: t.times, cell: ({ latestMs }) => format().dateTime(latestMs) },
            {
              key: "actions",
              label: common().actions,
              cell: (group) => (
                <div class="page-actions">
                  <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    aria-pressed={group === open}
                    onClick={() => setShown(keyOf(group))}
                  >
                    {t.look}
                  </button>
                  {mayMove && (
                    <button
                      type="button"
                      class="button"
                      onClick={() =>
                        void resendMany(t.resendGroupTitle(group.queue), t.resendGroupText, {
                          filter: { reason: group.reason, queue: group.queue, last_death: true },
                        })}
                    >
                      {t.resend}
                    </button>
                  )}
                </div>
              ),
            },
          ]}
        />
      )}
      {open !== undefined && (
        <DeadLetterList key={keyOf(open)} vhost={vhost} group={open} onResend={mayMove ? resendThese : undefined} />
      )}
      {others.length > 0 && <p class="note">{t.others}: {format().count(others.length)}</p>}
    </Page>
  );
}

const keyOf = ({ reason, queue }: DeathGroup): string => JSON.stringify([reason, queue]);
