import type { Logger } from "../amqp091/logger.ts";
import type { ListenerCertificates } from "../http/server_listener.ts";
import type { Runtime, TlsListener, TlsOptions } from "../runtime/runtime.ts";
import { asConfigError, tlsOptionsOf, type TlsSection } from "./tls.ts";

/** Interval between checks whether the files of certificates have changed. In milliseconds. */
const FILES_INTERVAL_MS = 5000;

/** The certificates of some TLS listeners, which use changed ones without a restart. */
export class Certificates {
  readonly #runtime: Runtime;
  readonly #log: Logger;
  readonly #listeners: TlsListener[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #section: TlsSection;
  #options: TlsOptions;
  /** The last problem with changed files, so that it is logged once. */
  #problem = "";

  /** Throws `ConfigError` for options that can't be used. */
  constructor(runtime: Runtime, log: Logger, section: TlsSection) {
    this.#runtime = runtime;
    this.#log = log;
    this.#section = section;
    this.#options = tlsOptionsOf(section, runtime);
    this.#check(section, this.#options);
    this.#timer = setInterval(() => this.#readFilesAgain(), FILES_INTERVAL_MS);
  }

  get options(): TlsOptions {
    return this.#options;
  }

  /** The files with the current certificates. */
  get files(): ListenerCertificates {
    const options = () => this.#options;
    return {
      get certfile() {
        return options().certfile;
      },
      get cacertfile() {
        return options().cacertfile;
      },
    };
  }

  /** Adds a listener that was made with {@linkcode options}. */
  add(listener: TlsListener): void {
    this.#listeners.push(listener);
  }

  /** Uses changed options. Throws `ConfigError`, and goes on with the old ones. */
  use(section: TlsSection): void {
    this.#apply(section, tlsOptionsOf(section, this.#runtime));
    this.#section = section;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(section: TlsSection, options: TlsOptions): void {
    asConfigError(section, () => this.#runtime.checkTls(options));
  }

  #apply(section: TlsSection, options: TlsOptions): void {
    this.#check(section, options);
    for (const listener of this.#listeners) listener.use(options);
    this.#options = options;
    this.#problem = "";
  }

  /** Looks whether certificates, key or authorities have changed, and uses what is there now. */
  #readFilesAgain(): void {
    try {
      const options = tlsOptionsOf(this.#section, this.#runtime);
      if (contentOf(options) === contentOf(this.#options)) return;
      this.#apply(this.#section, options);
      this.#log("info", "TLS listeners use changed certificates for new connections.");
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#problem) {
        this.#log("error", `TLS listeners go on with the certificates that they have: ${message}`);
      }
      this.#problem = message;
    }
  }
}

const contentOf = ({ certfile, keyfile, cacertfile, lists = [] }: TlsOptions): string =>
  [certfile.text, keyfile.text, cacertfile?.text, ...lists.map(({ text }) => text)].join();
