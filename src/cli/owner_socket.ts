import type { Logger } from "../amqp091/logger.ts";
import { type Runtime, UnixSocketError } from "../runtime/runtime.ts";
import { openHttpServer } from "./http_listeners.ts";
import { OWNER_SOCKET } from "../runtime/owner_socket_name.ts";

/**
 * Serves the node and its management API on a Unix-domain socket in the data folder, to the folder's owner without a login. Where
 * that is impossible the log says so.
 */
export async function openOwnerSocket(
  runtime: Runtime,
  log: Logger,
  folder: string,
  fetch: (request: Request) => Promise<Response>,
): Promise<{ close(): Promise<void> }> {
  const server = await openHttpServer({ compress: false }, fetch);
  try {
    const listener = await runtime.listenUnix(`${folder}/${OWNER_SOCKET}`, (transport) => server.accept(transport));
    return {
      close() {
        listener.close();
        return server.close();
      },
    };
  } catch (error) {
    if (!(error instanceof UnixSocketError)) throw error;
    log("warning", `The data folder has no socket for command-line tools, which have to log in: ${error.message}.`);
    return { close: () => Promise.resolve() };
  }
}
