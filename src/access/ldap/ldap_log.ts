import type { AccessLog } from "../clock.ts";
import type { Directory, OpenDirectory } from "./directory.ts";

/** RabbitMQ's `auth_ldap.log`: `true` logs decisions and queries, `network` all operations of the directory, too. */
export type LdapLogging = "false" | "true" | "network";

/** The lines about logins and permissions that RabbitMQ logs with `auth_ldap.log`. None has a password. */
export class LdapLog {
  readonly #logging: LdapLogging;
  readonly #log: AccessLog;

  constructor(logging: LdapLogging, log: AccessLog) {
    this.#logging = logging;
    this.#log = log;
  }

  /** Logs a part of a check. The line is made only if it is logged. */
  readonly note = (line: () => string): void => {
    if (this.#logging !== "false") this.#log("info", `    LDAP ${line()}`);
  };

  /** Logs the beginning and the result of a check. */
  async check<Result>(
    what: string,
    isPermitted: (result: Result) => boolean,
    run: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#logging === "false") return await run();
    this.#log("info", `LDAP CHECK: ${what}`);
    try {
      const result = await run();
      this.#log("info", `LDAP DECISION: ${what}: ${isPermitted(result) ? "ok" : "denied"}`);
      return result;
    } catch (error) {
      this.#log("info", `LDAP DECISION: ${what}: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
  }

  /** Returns a function that opens connections whose operations are logged, where they are to be. */
  opener(open: OpenDirectory): OpenDirectory {
    return this.#logging === "false" ? open : async () => {
      const directory = await open();
      this.note(() => "connected to a server");
      return this.#logging === "network" ? this.#loggedOperations(directory) : directory;
    };
  }

  #loggedOperations(directory: Directory): Directory {
    return {
      bind: async (dn, password) => {
        const isBound = await directory.bind(dn, password);
        const result = isBound ? "succeeded" : 'returned "invalid credentials"';
        this.note(() => `bind ${result}: ${dn === "" ? "anonymous" : dn}`);
        return isBound;
      },
      search: async (search) => {
        const entries = await directory.search(search);
        const { base, scope, equal } = search;
        const filter = equal === undefined ? "objectClass=*" : `${equal.attribute}=${equal.value}`;
        const found = entries === undefined ? "no object" : `${entries.length} entries`;
        this.note(() => `search base "${base}", scope ${scope}, filter ${filter}: ${found}`);
        return entries;
      },
      close: () => directory.close(),
    };
  }
}
