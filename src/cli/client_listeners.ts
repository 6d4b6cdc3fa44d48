import type { Config } from "../config/config.ts";
import type { ServerListener } from "../http/server_listener.ts";
import type { Address } from "../transport/transport.ts";
import type { Listeners } from "./listeners.ts";

/** Opens listeners for clients, as they are configured. */
export type OpenListeners = (config: Config) => Promise<Listeners>;

/** The listeners for clients of AMQP, which may be suspended for a time (RabbitMQ: `suspend_listeners`). */
export class ClientListeners {
  readonly #open: OpenListeners;
  #config: Config;
  #listeners: Listeners;
  #isListening = true;
  #isClosed = false;
  /** The last change; the next one waits for it. */
  #change: Promise<void> = Promise.resolve();

  private constructor(open: OpenListeners, config: Config, listeners: Listeners) {
    this.#open = open;
    this.#config = config;
    this.#listeners = listeners;
  }

  /** Rejects with `ListenError` and `ConfigError`. */
  static async open(open: OpenListeners, config: Config): Promise<ClientListeners> {
    return new ClientListeners(open, config, await open(config));
  }

  /** False while they are suspended, and after their end. */
  get isListening(): boolean {
    return this.#isListening && !this.#isClosed;
  }

  get addresses(): readonly Address[] {
    return this.#listeners.addresses;
  }

  get all(): ServerListener[] {
    return this.#listeners.all;
  }

  toString(): string {
    return String(this.#listeners);
  }

  /** Uses the certificates of another configuration. */
  reload(config: Config): void {
    this.#listeners.reload(config);
    this.#config = config;
  }

  /** Stops or begins to listen; accepted connections stay open. Rejects with `ListenError` and `ConfigError`. */
  setListening(isListening: boolean): Promise<void> {
    const change = this.#change.then(() => this.#setListening(isListening));
    this.#change = change.catch(() => {});
    return change;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#isListening) this.#listeners.close();
  }

  async #setListening(isListening: boolean): Promise<void> {
    if (this.#isClosed || isListening === this.#isListening) return;
    if (!isListening) {
      this.#listeners.close();
      this.#isListening = false;
      return;
    }
    this.#listeners = await this.#open(this.#config);
    this.#isListening = true;
    if (this.#isClosed) this.#listeners.close();
  }
}
