import { plural } from "../../i18n/locales.ts";

const connections = (count: number) => plural("en", count, { one: "connection", other: "connections" });
const channels = (count: number) => plural("en", count, { one: "channel", other: "channels" });

export const en = {
  title: "Connections",
  none: "No client is connected",
  noneHint: "A connection is here as long as its client is connected.",
  name: "Name",
  givenName: "Client's name",
  user: "User",
  state: "State",
  tls: "TLS",
  protocol: "Protocol",
  channels: "Channels",
  fromClient: "From client",
  toClient: "To client",
  unsent: "Waits to be sent",
  product: "Client",
  peer: "Client's address",
  local: "Broker's address",
  connected: "Connected",
  connectedFor: (time: string) => `for ${time}`,

  parts: "Parts of the connection",
  overview: "Overview",
  chart: "Bytes per second",
  perSecond: (bytes: string) => `${bytes}/s`,
  details: "Details",
  mechanism: "Login by",
  heartbeat: "Heartbeat",
  noHeartbeat: "off",
  frameMax: "Largest frame",
  channelMax: "Most channels",
  tlsVersion: "TLS version",
  cipher: "Cipher",
  certificate: "Client's certificate",
  issuer: "Issued by",
  validity: "Valid",
  clientProperties: "Client properties",
  capabilities: "Capabilities",
  noChannels: "It has no channels",
  noChannelsHint: "A client opens a channel before it publishes or consumes.",

  close: "Close connection",
  closeTitle: (name: string) => `Close connection ${name}?`,
  closeText: (user: string, count: number, text: string) =>
    `The client of user ${user} is told the reason. Its ${text} ${channels(count)} end, unacknowledged messages go ` +
    "back to their queues, and most clients connect again.",
  closed: "The connection is closed.",
  closeAll: (user: string) => `Close all of ${user}`,
  closeAllTitle: (user: string) => `Close all connections of user ${user}?`,
  closeAllText: (count: number, text: string) =>
    `It is ${text} ${
      connections(count)
    } now, on all virtual hosts. Clients are told the reason, and most connect again: ` +
    "change the user's password or rights first to keep them out.",
  closedAll: (user: string) => `All connections of ${user} are closed.`,
  closeAllAction: "Close them all",
  reason: "Reason that the client is told",
  reasonHint: "In its log, as in RabbitMQ's header X-Reason.",
  reasonProblem: "Only Latin letters, digits and signs: it is sent in a header of HTTP.",
  defaultReason: "Closed via management plugin",
};

export type ConnectionTexts = typeof en;
