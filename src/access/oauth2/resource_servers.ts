import { type Claims, isMeantFor, type ScopeOptions } from "./claims.ts";
import type { ScopePatternSyntax } from "./scopes.ts";

/** Rules for tokens of one resource server, as OAuth calls this broker. */
export interface ResourceServerOptions extends Omit<ScopeOptions, "resource_server_id"> {
  /** False when tokens without the broker's id in `aud` are accepted too. Default: true. */
  readonly verify_aud?: boolean;
  /** False when tokens that do not expire are accepted too. Default: true. */
  readonly require_exp?: boolean;
  /** Claims that may contain the user's name; the first one that exists counts. Default: `sub`, `client_id`. */
  readonly preferred_username_claims?: readonly string[];
  /** Default: `wildcard`. */
  readonly scope_pattern_syntax?: ScopePatternSyntax;
  /** Issuer of its tokens. Default: `default_oauth_provider`. */
  readonly oauth_provider_id?: string;
}

/** RabbitMQ's `auth_oauth2.*` for the names of the broker. */
export interface ResourceServersOptions extends ResourceServerOptions {
  /** Name of the broker in tokens. May be left out where there are `resource_servers`. */
  readonly resource_server_id?: string;
  /** Further names of the broker with their own options; missing ones are those of the first. */
  readonly resource_servers?: Readonly<Record<string, ResourceServerOptions & { readonly id?: string }>>;
  /**
   * Issuer of the tokens of resource servers without `oauth_provider_id`. Default: the keys that are configured beside
   * it.
   */
  readonly default_oauth_provider?: string;
}

/** A resource server with its id. */
export interface ResourceServer extends ResourceServerOptions, ScopeOptions {}

/** A refused token with the reason. */
export class TokenError extends Error {
  override name = "TokenError";
}

/** The names that the broker has in tokens. */
export class ResourceServers {
  readonly #servers: readonly ResourceServer[];

  /** Throws `RangeError` when there is no name. */
  constructor(options: ResourceServersOptions) {
    const { resource_server_id: id, resource_servers: others = {}, default_oauth_provider: provider, ...first } =
      options;
    const common = { ...first, oauth_provider_id: first.oauth_provider_id ?? provider };
    const further = Object.entries(others).map(([name, own]) => {
      const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
      return { ...common, ...given, resource_server_id: own.id ?? name };
    });
    this.#servers = id === undefined || id === "" ? further : [{ ...common, resource_server_id: id }, ...further];
    if (this.#servers.length === 0) throw new RangeError("auth_oauth2.resource_server_id is not set");
  }

  /**
   * Finds the resource server of a token: the only one that its `aud` names, or else the only one that accepts tokens
   * for others. Throws {@linkcode TokenError}.
   */
  find(claims: Claims): ResourceServer {
    const named = this.#servers.filter(({ resource_server_id: id }) => isMeantFor(claims, id));
    if (named.length > 1) throw new TokenError("its aud names several resource servers, and only one is allowed");
    const found = named.length === 1 ? named : this.#servers.filter(({ verify_aud: verifyAud }) => verifyAud === false);
    if (found.length === 1) return found[0];
    if (found.length > 1) throw new TokenError("its aud tells not which of several resource servers it is meant for");
    const ids = this.#servers.map(({ resource_server_id: id }) => `'${id}'`).join(", ");
    throw new TokenError(`it is not meant for resource server ${ids}`);
  }
}
