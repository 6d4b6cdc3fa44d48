import type { Connection } from "../../api/types.ts";
import { CountValue } from "../../components/rate_value.tsx";
import type { Column } from "../../components/table.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { describeClient, hostAndPort } from "./client_properties.ts";
import { ConnectionState } from "./connection_state.tsx";
import type { ConnectionTexts } from "./en.ts";

/** Columns of the list of connections. */
export const connectionColumns = (t: ConnectionTexts): readonly Column<Connection>[] => [
  { key: "name", label: t.name, sort: "name", cell: (connection) => <ConnectionName connection={connection} /> },
  {
    key: "vhost",
    label: common().vhost,
    sort: "vhost",
    cell: ({ vhost }) => <a href={linkTo.vhost(vhost)}>{vhost}</a>,
  },
  { key: "user", label: t.user, sort: "user", cell: ({ user }) => <a href={linkTo.user(user)}>{user}</a> },
  { key: "state", label: t.state, sort: "state", cell: ({ state }) => <ConnectionState state={state} /> },
  { key: "tls", label: t.tls, sort: "ssl", cell: ({ ssl }) => ssl ? common().yes : common().no },
  { key: "protocol", label: t.protocol, sort: "protocol", cell: ({ protocol }) => protocol },
  {
    key: "channels",
    label: t.channels,
    sort: "channels",
    isNumber: true,
    cell: ({ channels }) => <CountValue count={channels} />,
  },
  bytes("from", t, t.fromClient, "recv_oct_details.rate", ({ recv_oct_details }) => recv_oct_details?.rate),
  bytes("to", t, t.toClient, "send_oct_details.rate", ({ send_oct_details }) => send_oct_details?.rate),
  {
    key: "unsent",
    label: t.unsent,
    sort: "send_pend",
    isNumber: true,
    isExtra: true,
    cell: ({ send_pend }) => format().bytes(send_pend),
  },
  {
    key: "client",
    label: t.product,
    isExtra: true,
    cell: ({ client_properties }) => describeClient(client_properties).product,
  },
  {
    key: "peer",
    label: t.peer,
    sort: "peer_host",
    isExtra: true,
    cell: ({ peer_host, peer_port }) => hostAndPort(peer_host, peer_port),
  },
  {
    key: "connected",
    label: t.connected,
    sort: "connected_at",
    isNumber: true,
    isExtra: true,
    cell: ({ connected_at }) => format().dateTime(connected_at),
  },
];

/** The name of a connection, and that which its client gives it. */
function ConnectionName({ connection: { name, user_provided_name } }: { readonly connection: Connection }) {
  return (
    <>
      <a href={linkTo.connection(name)}>{name}</a>
      {user_provided_name !== undefined && <div class="note">{user_provided_name}</div>}
    </>
  );
}

const bytes = (
  key: string,
  t: ConnectionTexts,
  label: string,
  sort: string,
  rateOf: (connection: Connection) => number | undefined,
): Column<Connection> => ({
  key,
  label,
  sort,
  isNumber: true,
  cell: (connection) => {
    const rate = rateOf(connection) ?? 0;
    return <span class={rate === 0 ? "zero" : undefined}>{t.perSecond(format().bytes(rate))}</span>;
  },
});
