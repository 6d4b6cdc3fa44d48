import { useState } from "preact/hooks";
import { apiPath } from "../../api/client.ts";
import { may } from "../../api/may.ts";
import { SAMPLES } from "../../api/samples.ts";
import { session } from "../../api/session.ts";
import type { Channel, Connection } from "../../api/types.ts";
import { usePoll } from "../../api/use_poll.ts";
import { EmptyState } from "../../components/empty_state.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Page } from "../../components/page.tsx";
import { Table } from "../../components/table.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { format } from "../../format/format.ts";
import { linkTo } from "../../router/links.ts";
import { goTo } from "../../router/router.ts";
import { channelColumns } from "../channels/columns.tsx";
import { channelTexts } from "../channels/texts.ts";
import { CloseAllOfUser, CloseConnection } from "./close_connections.tsx";
import { ConnectionOverview } from "./connection_overview.tsx";
import { ConnectionState } from "./connection_state.tsx";
import { connectionTexts } from "./texts.ts";

/** A connection: what its client is, does and has. */
export function ConnectionPage({ name }: { readonly name: string }) {
  const t = connectionTexts();
  const polled = usePoll<Connection>(apiPath`connections/${name}` + `?${SAMPLES}`);
  const connection = polled.data;
  return (
    <Page
      title={name}
      trail={
        <>
          <a href="#/connections">{t.title}</a>
          {connection !== undefined && (
            <>
              {" / "}
              <a href={linkTo.vhost(connection.vhost)}>{connection.vhost}</a>
            </>
          )}
        </>
      }
      badges={connection !== undefined && <ConnectionState state={connection.state} />}
      actions={connection !== undefined && <ConnectionActions connection={connection} />}
    >
      <Loaded polled={polled}>
        {(connection) => (
          <Tabs
            label={t.parts}
            tabs={[
              {
                name: "overview",
                label: t.overview,
                content: () => <ConnectionOverview connection={connection} />,
              },
              {
                name: "channels",
                label: t.channels,
                count: format().count(connection.channels),
                content: () => <ConnectionChannels name={name} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

function ConnectionActions({ connection }: { readonly connection: Connection }) {
  const t = connectionTexts();
  const [closing, setClosing] = useState<"one" | "all">();
  if (!mayClose(connection.user)) return null;
  const Closing = closing === "one" ? CloseConnection : CloseAllOfUser;
  return (
    <>
      <button type="button" class="button" data-kind="danger" onClick={() => setClosing("all")}>
        {t.closeAll(connection.user)}
      </button>
      <button type="button" class="button" data-kind="danger" onClick={() => setClosing("one")}>{t.close}</button>
      {closing !== undefined && (
        <Closing
          connection={connection}
          onDone={() => goTo(["connections"])}
          onClose={() => setClosing(undefined)}
        />
      )}
    </>
  );
}

/** Returns whether the user who is logged in may close connections of a user: administrators may, and owners. */
function mayClose(owner: string): boolean {
  const now = session.value;
  return may("administrator") || now.state === "in" && now.user.name === owner;
}

function ConnectionChannels({ name }: { readonly name: string }) {
  const t = connectionTexts();
  const polled = usePoll<readonly Channel[]>(apiPath`connections/${name}/channels`);
  const own = new Set(["vhost", "user"]);
  return (
    <Loaded polled={polled}>
      {(channels) =>
        channels.length === 0
          ? (
            <div class="panel">
              <EmptyState title={t.noChannels}>{t.noChannelsHint}</EmptyState>
            </div>
          )
          : (
            <Table
              caption={t.channels}
              items={channels}
              keyOf={({ name }) => name}
              columns={channelColumns(channelTexts()).filter(({ key, isExtra }) => !own.has(key) && isExtra !== true)}
            />
          )}
    </Loaded>
  );
}
