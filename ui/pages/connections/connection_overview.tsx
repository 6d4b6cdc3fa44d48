import { ratePoints } from "../../api/message_stats.ts";
import type { Connection } from "../../api/types.ts";
import { Badge } from "../../components/badge.tsx";
import { Chart } from "../../components/chart.tsx";
import { Figures } from "../../components/figures.tsx";
import { KeyValue } from "../../components/key_value.tsx";
import { TableArguments } from "../../components/table_arguments.tsx";
import { format } from "../../format/format.ts";
import { common } from "../../i18n/common.ts";
import { linkTo } from "../../router/links.ts";
import { describeClient, hostAndPort } from "./client_properties.ts";
import { connectionTexts } from "./texts.ts";
import "./connection_overview.css";

/** What a connection carries now and did in the last minutes, how it was agreed on, and what its client says of itself. */
export function ConnectionOverview({ connection }: { readonly connection: Connection }) {
  const t = connectionTexts();
  const formatter = format();
  const { recv_oct, recv_oct_details: received, send_oct, send_oct_details: sent } = connection;
  const rate = (value: number | undefined) => t.perSecond(formatter.bytes(value ?? 0));
  const client = describeClient(connection.client_properties);
  return (
    <>
      <Figures
        figures={[
          { label: t.fromClient, value: rate(received?.rate), note: formatter.bytes(recv_oct) },
          { label: t.toClient, value: rate(sent?.rate), note: formatter.bytes(send_oct) },
          { label: t.unsent, value: formatter.bytes(connection.send_pend) },
          { label: t.channels, value: formatter.count(connection.channels) },
        ]}
      />
      <section class="panel">
        <Chart
          title={t.chart}
          axis={(value) => formatter.bytes(value)}
          series={[
            { label: t.fromClient, points: ratePoints(received), now: rate(received?.rate) },
            { label: t.toClient, points: ratePoints(sent), now: rate(sent?.rate) },
          ]}
        />
      </section>
      <div class="panel-grid">
        <section class="panel">
          <h2>{t.details}</h2>
          <KeyValue
            rows={{
              [t.user]: <a href={linkTo.user(connection.user)}>{connection.user}</a>,
              [t.givenName]: connection.user_provided_name,
              [t.peer]: hostAndPort(connection.peer_host, connection.peer_port),
              [t.local]: hostAndPort(connection.host, connection.port),
              [t.connected]: (
                <>
                  {formatter.dateTime(connection.connected_at)}{" "}
                  <span class="note">{t.connectedFor(formatter.duration(Date.now() - connection.connected_at))}</span>
                </>
              ),
              [t.protocol]: connection.protocol,
              [t.mechanism]: connection.auth_mechanism,
              [t.heartbeat]: connection.timeout === 0 ? t.noHeartbeat : formatter.duration(connection.timeout * 1000),
              [t.frameMax]: formatter.bytes(connection.frame_max),
              [t.channelMax]: formatter.count(connection.channel_max),
              [t.tls]: connection.ssl ? common().yes : common().no,
              [t.tlsVersion]: connection.ssl_protocol || undefined,
              [t.cipher]: connection.ssl_cipher || undefined,
              [t.certificate]: connection.peer_cert_subject || undefined,
              [t.issuer]: connection.peer_cert_issuer || undefined,
              [t.validity]: connection.peer_cert_validity || undefined,
            }}
          />
        </section>
        <section class="panel client-properties">
          <h2>{t.clientProperties}</h2>
          <TableArguments table={client.others} />
          <h3>{t.capabilities}</h3>
          {client.capabilities.length === 0
            ? <p class="note">{common().none}</p>
            : <p class="badges">{client.capabilities.map((name) => <Badge key={name}>{name}</Badge>)}</p>}
        </section>
      </div>
    </>
  );
}
