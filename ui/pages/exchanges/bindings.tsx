import { apiPath } from "../../api/client.ts";
import type { Binding, Exchange } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import type { ObjectRights } from "../../api/use_rights.ts";
import { BindFromForm, BindToForm } from "../../components/bindings/bind_form.tsx";
import { BindingTable } from "../../components/bindings/binding_table.tsx";
import { EmptyState } from "../../components/empty_state.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { apiName } from "./exchange_types.ts";
import { exchangeTexts } from "./texts.ts";

/** Where an exchange's messages go, and which other exchanges they come from. */
export function ExchangeBindings({ exchange, rights }: {
  readonly exchange: Exchange;
  readonly rights: ObjectRights;
}) {
  const t = exchangeTexts();
  const { vhost, name } = exchange;
  const path = apiPath`exchanges/${vhost}/${apiName(exchange)}/bindings`;
  const from = usePoll<readonly Binding[]>(`${path}/source`);
  const to = usePoll<readonly Binding[]>(name === "" ? undefined : `${path}/destination`);
  if (name === "") return <p class="panel note">{t.defaultHint}</p>;
  return (
    <>
      <h2>{t.bindingsFrom}</h2>
      <Loaded polled={from}>
        {(bindings) =>
          bindings.length === 0
            ? (
              <div class="panel">
                <EmptyState title={t.noBindingsFrom}>{t.noBindingsFromHint}</EmptyState>
              </div>
            )
            : (
              <BindingTable
                caption={t.bindingsFrom}
                bindings={bindings}
                shows="destination"
                onChanged={rights.read ? from.reload : undefined}
              />
            )}
      </Loaded>
      {rights.read && <BindToForm title={t.bindTo} vhost={vhost} source={name} onDone={from.reload} />}
      {to.data !== undefined && to.data.length > 0 && (
        <>
          <h2>{t.bindingsTo}</h2>
          <BindingTable
            caption={t.bindingsTo}
            bindings={to.data}
            shows="source"
            onChanged={rights.write ? to.reload : undefined}
          />
        </>
      )}
      {rights.write && (
        <BindFromForm title={t.bindFrom} vhost={vhost} kind="exchange" destination={name} onDone={to.reload} />
      )}
    </>
  );
}
