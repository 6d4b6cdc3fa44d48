import {
  Client,
  EqualityFilter,
  InvalidCredentialsError,
  NoSuchObjectError,
  PresenceFilter,
  ResultCodeError,
} from "ldapts";
import type { ClientTls } from "./client_tls.ts";
import { connectionOptionsOf } from "./client_tls_connection.ts";
import { isAddress } from "./socket_address.ts";

/** RabbitMQ's `auth_ldap.*` for the servers. */
export interface LdapServerOptions {
  /** Names or addresses, in the order in which they are tried. */
  readonly servers: readonly string[];
  /** Default: 389. */
  readonly port?: number;
  /** Default: false. */
  readonly use_ssl?: boolean;
  /** Default: false. */
  readonly use_starttls?: boolean;
  /** TLS of connections, for `use_ssl` and `use_starttls`. */
  readonly tls?: ClientTls;
  /** Time limit for connecting to one server, and for one answer. In milliseconds. Default: 10,000. */
  readonly timeout?: number;
}

const PORT = 389;
const TIMEOUT_MS = 10_000;
/** Maximum number of entries that a search returns. */
const ENTRIES_MAX = 1000;
/** Maximum size of a server's answer to one operation; after more the connection is closed. In bytes. */
const ANSWER_MAX_BYTES = 1024 * 1024;
/** Size of the pieces in which an answer is read: the client calls itself once for each message in a piece. In bytes. */
const PIECE_BYTES = 16 * 1024;

interface Search {
  readonly base: string;
  readonly scope: "base" | "one" | "sub";
  readonly equal?: { readonly attribute: string; readonly value: string };
  readonly attributes: readonly string[];
}

interface Entry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A connection to an LDAP server. */
export class LdapConnection {
  readonly #client: Client;
  readonly #answer: BoundedAnswer;

  constructor(client: Client, answer: BoundedAnswer) {
    this.#client = client;
    this.#answer = answer;
  }

  async bind(dn: string, password: string): Promise<boolean> {
    this.#answer.begin();
    try {
      await this.#client.bind(dn, password);
      return true;
    } catch (error) {
      if (error instanceof InvalidCredentialsError) return false;
      throw error;
    }
  }

  async search({ base, scope, equal, attributes }: Search): Promise<readonly Entry[] | undefined> {
    this.#answer.begin();
    const filter = equal === undefined
      ? new PresenceFilter({ attribute: "objectClass" })
      : new EqualityFilter({ attribute: equal.attribute, value: equal.value });
    try {
      const options = { scope, filter, attributes: [...attributes], sizeLimit: ENTRIES_MAX };
      const { searchEntries } = await this.#client.search(base, options);
      return searchEntries.map(({ dn, ...others }) => ({
        dn,
        attributes: Object.fromEntries(
          Object.entries(others).map((
            [name, value],
          ) => [name, [value].flat().filter((each) => typeof each === "string")]),
        ),
      }));
    } catch (error) {
      if (error instanceof NoSuchObjectError) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#client.unbind().catch(() => {});
  }
}

/** The private members of a client that receive the server's bytes. */
interface ClientInside {
  readonly socket?: { destroy(error: Error): void };
  socketDataHandler(data: Uint8Array): void;
}

/** Closes a client's connection when its server sends too much, or bytes that the client can't parse. */
class BoundedAnswer {
  #receivedBytes = 0;

  constructor(client: Client) {
    const inside = client as unknown as ClientInside;
    const handle = inside.socketDataHandler;
    inside.socketDataHandler = (data) => {
      this.#receivedBytes += data.length;
      const { socket } = inside;
      try {
        if (this.#receivedBytes > ANSWER_MAX_BYTES) throw new RangeError(`it is longer than ${ANSWER_MAX_BYTES} bytes`);
        for (let at = 0; at < data.length; at += PIECE_BYTES) handle(data.subarray(at, at + PIECE_BYTES));
      } catch (error) {
        socket?.destroy(new Error(`unusable answer of the LDAP server: ${(error as Error).message}`));
      }
    };
  }

  /** Starts to count the answer to another operation. */
  begin(): void {
    this.#receivedBytes = 0;
  }
}

/** Returns a function that opens a connection to the first reachable one of several LDAP servers. */
export function ldapOpener(options: LdapServerOptions): () => Promise<LdapConnection> {
  return async () => {
    let failure: unknown = new RangeError("no LDAP servers are defined");
    for (const server of options.servers) {
      try {
        return await connect(server, options);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };
}

async function connect(server: string, options: LdapServerOptions): Promise<LdapConnection> {
  const { port = PORT, use_ssl: isSecure = false, use_starttls: startsTls = false, timeout = TIMEOUT_MS } = options;
  const host = server.includes(":") ? `[${server}]` : server;
  const url = `${isSecure ? "ldaps" : "ldap"}://${host}:${port}`;
  const tls = tlsOptions(server, options.tls ?? {});
  const client = new Client({ url, timeout, connectTimeout: timeout, ...isSecure ? { tlsOptions: tls } : {} });
  const answer = new BoundedAnswer(client);
  try {
    if (startsTls) await client.startTLS(tls);
    else await reach(client);
  } catch (error) {
    client.unbind().catch(() => {});
    throw error;
  }
  return new LdapConnection(client, answer);
}

/** Connects, by a first operation. Any answer shows that there is a server. */
async function reach(client: Client): Promise<void> {
  try {
    await client.search("", { scope: "base", attributes: ["1.1"] });
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
  }
}

const tlsOptions = (server: string, tls: ClientTls) => ({
  host: server,
  ...isAddress(server) ? {} : { servername: server },
  ...connectionOptionsOf(tls),
});
