import type { Address, Transport } from "../transport/transport.ts";
import { openLockedFolder, openLockedFolderToRead, programName } from "./files.ts";
import { lockFile } from "./node_lock.ts";
import { LISTEN_REASONS, nodeServices, zlib } from "./node_process.ts";
import { type ClientTls, needsNodeFetch } from "./client_tls.ts";
import { checkClientTls } from "./client_tls_check.ts";
import { cipherSuitesOf } from "./cipher_suites.ts";
import { listenOnPipe, pipeFetcher } from "./named_pipe.ts";
import { platform } from "./platform.ts";
import { type Listener, ListenError, type Runtime, type SocketOptions } from "./runtime.ts";
import { type TlsAbilities, TlsContext } from "./tls_context.ts";
import { sharedHandshakes } from "./tls_handshake.ts";
import { nodeFetch } from "./node_fetch.ts";
import { createServer, listenAt, listening, type SystemError } from "./node_socket.ts";
import { notifyByProgram } from "./notify_program.ts";
import { listenOnPath } from "./unix_socket.ts";
import { listenTls } from "./tls_listener.ts";

/** The parts of Node's interface that are used here, so that this file also type-checks without Node's types. */
declare const process: {
  readonly argv: readonly string[];
  readonly argv0: string;
  readonly versions: { readonly node: string };
};

const TLS: TlsAbilities = {
  name: "Node",
  choosesCiphers: true,
  offers: ({ cipher }) => !cipher.endsWith("_ccm_8") && cipher !== "3des_ede_cbc",
  handshakes: sharedHandshakes,
};

/** HareMQ on Node. */
export const nodeRuntime: Runtime = {
  ...nodeServices,
  name: "Node",
  version: process.versions.node,
  args: process.argv.slice(2),
  programName: programName(process.argv0),
  listen,
  listenUnix: platform.hasPrivateSockets ? listenUnix : listenOnPipe,
  hasBacklog: true,
  listenTls: (address, options, handlers) => listenTls(listen, TLS, address, options, handlers),
  checkTls: (options) => void new TlsContext(options, TLS),
  cipherSuites: () => cipherSuitesOf(TLS),
  openFolder: (path) => openLockedFolder(path, lockFile),
  openFolderToRead: (path) => openLockedFolderToRead(path, lockFile),
  get crc32() {
    return zlib().crc32;
  },
  checkClientTls: (section, tls) => checkClientTls(section, tls, TLS),
  fetcher,
  socketFetcher: platform.hasPrivateSockets ? (socketPath) => nodeFetch({ socketPath }) : pipeFetcher,
  sendDatagram: notifyByProgram,
};

/** Returns a `fetch` with TLS options; requests with the system's authorities need none. */
function fetcher(
  tls: ClientTls,
  connectTimeoutMs?: number,
): (url: string, init: RequestInit) => Promise<Response> {
  const isPlain = tls.ca === undefined && tls.cert === undefined && !needsNodeFetch(tls);
  return isPlain && connectTimeoutMs === undefined ? fetch : nodeFetch({ ...tls, connectTimeoutMs });
}

async function listen(
  address: Address,
  accept: (transport: Transport) => void,
  options: SocketOptions = {},
): Promise<Listener> {
  const server = createServer(accept, options);
  try {
    server.listen({ host: address.host, port: address.port, backlog: options.backlog });
    await listening(server);
  } catch (error) {
    const { code = "", message } = error as SystemError;
    throw new ListenError(LISTEN_REASONS[code] ?? "other", address, message);
  }
  const actual = server.address();
  return { address: { host: actual.address, port: actual.port }, close: () => server.close() };
}

function listenUnix(path: string, accept: (transport: Transport) => void): Promise<Pick<Listener, "close">> {
  return listenOnPath(path, (path) => listenAt(path, accept));
}
