import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../api/api_error.ts";
import { apiPath } from "../../api/client.ts";
import { errorText } from "../../api/error_text.ts";
import { api } from "../../api/session.ts";
import { ArgumentsEditor } from "../../components/arguments_editor.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { TextField } from "../../components/field.tsx";
import { Page } from "../../components/page.tsx";
import { Table } from "../../components/table.tsx";
import { TableArguments } from "../../components/table_arguments.tsx";
import { sayError } from "../../components/toasts.tsx";
import { VhostField } from "../../components/vhost_choice.tsx";
import { type ArgumentLine, readArguments } from "../../format/arguments.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { address, changeQuery } from "../../router/router.ts";
import { type Explanation, type Hop, pathText } from "./explanation.ts";
import { routeTexts } from "./texts.ts";

/** Asks where a message would go. Exchange and key are kept in the address. */
export function RoutePage() {
  const t = routeTexts();
  const { query } = address.value;
  const [vhost, setVhost] = useState(query.vhost ?? "/");
  const [exchange, setExchange] = useState(query.exchange ?? "");
  const [routingKey, setRoutingKey] = useState(query.key ?? "");
  const [lines, setLines] = useState<readonly ArgumentLine[]>([]);
  const [answer, setAnswer] = useState<{ readonly vhost: string; readonly explanation: Explanation }>();
  const { table, problems } = readArguments(lines);
  const question = async () => {
    changeQuery({ vhost, exchange: exchange || undefined, key: routingKey || undefined });
    try {
      const path = apiPath`exchanges/${vhost}/${exchange || "amq.default"}/route`;
      const explanation = await api.post<Explanation>(path, {
        routing_key: routingKey,
        properties: { headers: table },
      });
      setAnswer({ vhost, explanation });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setAnswer(undefined);
      sayError(errorText(error, common()));
    }
  };
  useEffect(() => {
    if (query.exchange !== undefined || query.key !== undefined) void question();
  }, []);
  return (
    <Page title={t.title}>
      <section class="panel">
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void question();
          }}
        >
          <p class="note">{t.hint}</p>
          <div class="form-row">
            <VhostField value={vhost} onChange={setVhost} />
            <TextField
              label={t.exchange}
              hint={t.exchangeHint}
              value={exchange}
              onChange={setExchange}
              autocomplete="off"
            />
            <TextField label={t.routingKey} value={routingKey} onChange={setRoutingKey} autocomplete="off" />
          </div>
          <ArgumentsEditor title={t.headers} lines={lines} onChange={setLines} />
          <div class="form-actions">
            <button type="submit" class="button" data-kind="primary" disabled={problems.size > 0}>{t.question}</button>
          </div>
        </form>
      </section>
      {answer !== undefined && <Answer {...answer} />}
    </Page>
  );
}

function Answer({ vhost, explanation: { routed, queues, bindings, delayed_by: delayedBy } }: {
  readonly vhost: string;
  readonly explanation: Explanation;
}) {
  const t = routeTexts();
  const nameOf = (exchange: string) => exchange || t.defaultExchange;
  return (
    <div class="page" role="region" aria-live="polite" aria-label={t.queues}>
      {delayedBy.map((exchange) => <p key={exchange} class="note">{t.delayed(exchange)}</p>)}
      {!routed && (
        <div class="panel">
          <EmptyState title={t.nowhere}>{t.nowhereHint}</EmptyState>
        </div>
      )}
      {queues.length > 0 && (
        <>
          <h2>{t.queues}</h2>
          <Table
            caption={t.queues}
            items={queues}
            keyOf={({ name }) => name}
            columns={[
              { key: "name", label: t.queue, cell: ({ name }) => <a href={linkTo.queue(vhost, name)}>{name}</a> },
              { key: "path", label: t.path, cell: ({ path }) => <code>{pathText(path, nameOf, t.alternate)}</code> },
            ]}
          />
        </>
      )}
      {bindings.length > 0 && (
        <>
          <h2>{t.bindings}</h2>
          <Table
            caption={t.bindings}
            items={bindings}
            keyOf={keyOf}
            columns={[
              {
                key: "from",
                label: t.from,
                cell: ({ source }) => <a href={linkTo.exchange(vhost, source)}>{nameOf(source)}</a>,
              },
              {
                key: "to",
                label: t.to,
                cell: ({ destination, destination_type: type }) => (
                  <>
                    {type === "queue" ? t.toQueue : t.toExchange}{" "}
                    <a href={type === "queue" ? linkTo.queue(vhost, destination) : linkTo.exchange(vhost, destination)}>
                      {destination}
                    </a>
                  </>
                ),
              },
              {
                key: "key",
                label: t.routingKey,
                cell: ({ routing_key, alternate }) => alternate === true ? t.alternate : <code>{routing_key}</code>,
              },
              {
                key: "arguments",
                label: t.arguments,
                cell: (hop) => hop.arguments !== undefined && <TableArguments table={hop.arguments} />,
              },
            ]}
          />
        </>
      )}
    </div>
  );
}

const keyOf = ({ source, destination, destination_type, properties_key }: Hop): string =>
  JSON.stringify([source, destination_type, destination, properties_key]);
