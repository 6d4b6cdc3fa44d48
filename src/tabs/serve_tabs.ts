import { portTransport } from "../transport/port_transport.ts";
import type { Transport } from "../transport/transport.ts";
import { browser, type Channel } from "./browser.ts";
import { abortWithoutOther, holdWhileOpen } from "./life.ts";
import { DEFAULT_NAME, namesOf, type Rendezvous } from "./rendezvous.ts";

/** What serves the tabs: a {@linkcode Broker}, or whatever accepts transports. */
export interface TabBroker {
  /** Serves a tab, or another client, over a stream of bytes. */
  accept(transport: Transport): unknown;
  /** Called when this tab gives the broker up. */
  close(): Promise<void>;
}

/** Options of {@linkcode serveTabs}. */
export interface ServeTabsOptions {
  /** Name of the broker; each one of an origin has its own. Default: `haremq`. */
  readonly name?: string;
  /** Gives the broker up, to another tab. Default: only the tab's end does. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a broker for all tabs of the origin, in one of them at a time: each tab calls this in a dedicated Worker, the first
 * one starts its broker, and when its tab is closed or crashes the next one does. Resolves when the broker was given up.
 * Rejects with the error of `start`.
 *
 * ```ts
 * await serveTabs(async () => new Broker({ store: await openOpfsStore() }));
 * ```
 */
export async function serveTabs(
  start: () => Promise<TabBroker>,
  { name = DEFAULT_NAME, signal }: ServeTabsOptions = {},
): Promise<void> {
  try {
    await browser.navigator.locks.request(name, { signal }, async () => {
      const broker = await start();
      const server = new TabServer(broker, name);
      await aborted(signal);
      server.close();
      await broker.close();
    });
  } catch (error) {
    // It was given up before this tab had it.
    if (!signal?.aborted) throw error;
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve());
  });
}

/** Accepts the connections of tabs for a broker. */
class TabServer {
  readonly #broker: TabBroker;
  readonly #name: string;
  readonly #rendezvous: Channel;
  /** Connections that are open. A tab may ask for its one twice. */
  readonly #ids = new Set<string>();

  constructor(broker: TabBroker, name: string) {
    this.#broker = broker;
    this.#name = name;
    this.#rendezvous = new browser.BroadcastChannel(name);
    this.#rendezvous.addEventListener("message", ({ data }) => {
      const message = data as Rendezvous;
      if (message.type === "connect") this.#accept(message.id);
    });
    this.#post({ type: "serving" });
  }

  async #accept(id: string): Promise<void> {
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    const { channel, brokerLock, clientLock } = namesOf(this.#name, id);
    const transport = portTransport(new browser.BroadcastChannel(channel));
    transport.closed.then(() => this.#ids.delete(id));
    await holdWhileOpen(brokerLock, transport);
    abortWithoutOther(clientLock, transport);
    this.#broker.accept(transport);
    this.#post({ type: "accepted", id });
  }

  #post(message: Rendezvous): void {
    this.#rendezvous.postMessage(message);
  }

  close(): void {
    this.#rendezvous.close();
  }
}
