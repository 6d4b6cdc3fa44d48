import { apiPath } from "../../api/client.ts";
import { detailsOf, rateOf, ratePoints } from "../../api/message_stats.ts";
import { SAMPLES } from "../../api/samples.ts";
import { api } from "../../api/session.ts";
import type { Binding, Exchange } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { useRights } from "../../api/use_rights.ts";
import { Badge } from "../../components/badge.tsx";
import { Chart } from "../../components/chart.tsx";
import { Figures } from "../../components/figures.tsx";
import { KeyValue } from "../../components/key_value.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { PairTables } from "../../components/pairs/pair_tables.tsx";
import { PublishForm } from "../../components/publishing/publish_form.tsx";
import { ask } from "../../components/questions.tsx";
import { TableArguments } from "../../components/table_arguments.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { goTo } from "../../router/router.ts";
import { carryOut } from "../../state/carry_out.ts";
import { ExchangeBindings } from "./bindings.tsx";
import { ExchangeFeatures } from "./columns.tsx";
import { apiName, isPredeclared } from "./exchange_types.ts";
import { exchangeTexts } from "./texts.ts";

/** An exchange, and what can be done with it. */
export function ExchangePage({ vhost, name }: { readonly vhost: string; readonly name: string }) {
  const t = exchangeTexts();
  const path = apiPath`exchanges/${vhost}/${name}`;
  const polled = usePoll<Exchange>(`${path}?${SAMPLES}`);
  const exchange = polled.data;
  const rights = useRights("exchanges", vhost, name);
  return (
    <Page
      title={exchange?.name === "" ? t.defaultExchange : name}
      trail={
        <>
          <a href="#/exchanges">{t.title}</a> / <a href={linkTo.vhost(vhost)}>{vhost}</a>
        </>
      }
      badges={exchange !== undefined && (
        <span class="badges">
          <Badge>{exchange.type}</Badge>
          <ExchangeFeatures exchange={exchange} />
        </span>
      )}
      actions={exchange !== undefined && (
        <>
          <a class="button" href={linkTo.route(vhost, exchange.name)}>{t.route}</a>
          {rights.read && <a class="button" href={linkTo.tapOfExchange(vhost, apiName(exchange))}>{t.tap}</a>}
          {rights.configure && !isPredeclared(exchange) && (
            <button
              type="button"
              class="button"
              data-kind="danger"
              onClick={() => void remove(path, name)}
            >
              {t.remove}
            </button>
          )}
        </>
      )}
    >
      <Loaded polled={polled}>
        {(exchange) => (
          <Tabs
            label={t.parts}
            tabs={[
              { name: "overview", label: t.overview, content: () => <ExchangeOverview exchange={exchange} /> },
              {
                name: "bindings",
                label: t.bindings,
                content: () => <ExchangeBindings exchange={exchange} rights={rights} />,
              },
              ...rights.write
                ? [{
                  name: "publish",
                  label: t.publish,
                  content: () =>
                    exchange.internal
                      ? <p class="panel note">{t.isInternalHint}</p>
                      : <PublishForm vhost={vhost} exchange={apiName(exchange)} onDone={polled.reload} />,
                }]
                : [],
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** Deletes an exchange after a question that tells how many bindings go with it. */
async function remove(path: string, name: string): Promise<void> {
  const t = exchangeTexts();
  const ends = [api.get<readonly Binding[]>(`${path}/bindings/source?columns=routing_key`)];
  ends.push(api.get<readonly Binding[]>(`${path}/bindings/destination?columns=routing_key`));
  const counts = await Promise.all(ends).catch(() => []);
  const count = counts.reduce((sum, bindings) => sum + bindings.length, 0);
  const isYes = await ask({
    title: t.removeTitle(name),
    text: t.removeText(count, format().count(count)),
    action: t.remove,
  });
  if (isYes && await carryOut(api.delete(path), t.removed(name))) goTo(["exchanges"]);
}

function ExchangeOverview({ exchange }: { readonly exchange: Exchange }) {
  const t = exchangeTexts();
  const formatter = format();
  const { message_stats: stats, policy, operator_policy, vhost } = exchange;
  const lines = [["publish_in", t.rateIn], ["publish_out", t.rateOut]] as const;
  return (
    <>
      {exchange.name === "" && <p class="note">{t.defaultHint}</p>}
      <Figures
        figures={lines.map(([name, label]) => ({ label, value: formatter.rate(rateOf(stats, name) ?? 0) }))}
      />
      <section class="panel">
        <Chart
          title={t.chart}
          series={lines.map(([name, label]) => ({
            label,
            points: ratePoints(detailsOf(stats, name)),
            now: formatter.rate(rateOf(stats, name) ?? 0),
          }))}
        />
      </section>
      <PairTables tables={[["publishersOfExchange", exchange.incoming], ["queuesOfExchange", exchange.outgoing]]} />
      <section class="panel">
        <h2>{t.details}</h2>
        <KeyValue
          rows={{
            [t.type]: exchange.type,
            [t.durability]: exchange.durable ? t.durable : t.transient,
            [t.policy]: policy && <a href={linkTo.policy(vhost, policy)}>{policy}</a>,
            [t.operatorPolicy]: operator_policy,
            [t.addedBy]: exchange.user_who_performed_action || undefined,
            [t.arguments]: <TableArguments table={exchange.arguments} />,
          }}
        />
      </section>
    </>
  );
}
