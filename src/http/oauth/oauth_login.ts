import type { Fetch } from "../../access/bounded_fetch.ts";
import type { AccessClock, AccessLog } from "../../access/clock.ts";
import { readMechanism } from "./auth_mechanism.ts";
import type { OAuthLoginOptions } from "./oauth_options.ts";
import { OAuthProvider } from "./oauth_provider.ts";
import { type OAuthSettings, oauthSettings } from "./oauth_settings.ts";

/** The parts that logins by OAuth 2 are made of. */
export interface OAuthLoginMeans {
  readonly clock: AccessClock;
  readonly log: AccessLog;
  /** `fetch` of providers without one of their own. */
  readonly fetch: Fetch;
}

/** Login to the management page by OAuth 2 (RabbitMQ: OAuth 2 Guide, Management UI). */
export class OAuthLogin {
  readonly settings: OAuthSettings;
  readonly #providers: ReadonlyMap<string, OAuthProvider>;

  /** Logs a line when OAuth 2 is configured and can't be used as it is. */
  constructor(options: OAuthLoginOptions | undefined, { clock, log, fetch }: OAuthLoginMeans) {
    const { answer, clients, problems } = this.settings = oauthSettings(options, fetch);
    this.#providers = new Map([...clients].map(([id, client]) => [id, new OAuthProvider(client, clock)]));
    if (problems.length > 0) {
      const what = answer.oauth_enabled ? "is limited" : "is disabled";
      log("warning", `Login to the management page by OAuth 2 ${what}: ${problems.join("; ")}`);
    }
    const open = Object.values(answer.oauth_resource_servers ?? {}).filter((server) =>
      isOpen(server.oauth_provider_url)
    );
    if (open.length > 0) {
      const addresses = [...new Set(open.map((server) => server.oauth_provider_url))].join(", ");
      log("warning", `Tokens for the management page travel without TLS, as they come from ${addresses}`);
    }
  }

  /** Returns what the page is told about logins, with the mechanism that a request wants. */
  answerFor({ headers }: Request): object {
    const { answer } = this.settings;
    const wanted = readMechanism((name) => headers.get(`x-${name}`));
    if (wanted === undefined || !answer.oauth_enabled) return answer;
    const [kind, mechanism] = wanted;
    if (mechanism === "basic") return { ...answer, [kind]: { type: "basic" } };
    const id = mechanism.slice(mechanism.indexOf(":") + 1);
    const isKnown = Object.hasOwn(answer.oauth_resource_servers!, id);
    return isKnown ? { ...answer, [kind]: { type: "oauth2", resource_id: id } } : answer;
  }

  /** Returns the provider of a resource server whose logins begin at the page; `undefined` when there is none. */
  providerOf(id: string): OAuthProvider | undefined {
    return this.#providers.get(id);
  }
}

/** Returns whether an address leads to another machine without TLS. */
function isOpen(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
