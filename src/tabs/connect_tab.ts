import { type PortTransport, portTransport } from "../transport/port_transport.ts";
import { browser } from "./browser.ts";
import { abortWithoutOther, holdWhileOpen } from "./life.ts";
import { DEFAULT_NAME, namesOf, type Rendezvous } from "./rendezvous.ts";

/** Options of {@linkcode connectTab}. */
export interface ConnectTabOptions {
  /** Name of the broker. Default: `haremq`. */
  readonly name?: string;
  /** Gives up waiting for a broker. Default: waits without end. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the broker that a tab of this origin runs with {@linkcode serveTabs}, and waits for one when there is none.
 * Works in pages and Workers. The streams fail when the broker's tab is closed: connect again then, to the next one.
 *
 * ```ts
 * const { readable, writable } = await connectTab();
 * ```
 */
export async function connectTab({ name = DEFAULT_NAME, signal }: ConnectTabOptions = {}): Promise<PortTransport> {
  signal?.throwIfAborted();
  const id = crypto.randomUUID();
  const { channel, brokerLock, clientLock } = namesOf(name, id);
  const transport = portTransport(new browser.BroadcastChannel(channel));
  await holdWhileOpen(clientLock, transport);
  const rendezvous = new browser.BroadcastChannel(name);
  const post = (message: Rendezvous): void => rendezvous.postMessage(message);
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      rendezvous.addEventListener("message", ({ data }) => {
        const message = data as Rendezvous;
        if (message.type === "serving") post({ type: "connect", id });
        else if (message.type === "accepted" && message.id === id) resolve();
      });
      post({ type: "connect", id });
    });
  } catch (error) {
    transport.abort();
    throw error;
  } finally {
    rendezvous.close();
  }
  abortWithoutOther(brokerLock, transport);
  return transport;
}
