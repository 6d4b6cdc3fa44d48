import { type Claims, isMeantFor, type ScopeOptions } from "./claims.ts";
import type { ScopePatternSyntax } from "./scopes.ts";

/** What a resource server, as OAuth calls this broker, takes of tokens. */
export interface ResourceServerOptions extends Omit<ScopeOptions, "resource_server_id"> {
  /** False where tokens without the broker's id in `aud` are taken too. Default: true. */
  readonly verify_aud?: boolean;
  /** False where tokens that don't expire are taken too. Default: true. */
  readonly require_exp?: boolean;
  /** Claims that a user's name is taken from, the first one that is there. Default: `sub`, `client_id`. */
  readonly preferred_username_claims?: readonly string[];
  /** Default: `wildcard`. */
  readonly scope_pattern_syntax?: ScopePatternSyntax;
  /** Whose keys sign its tokens. Default: `default_oauth_provider`. */
  readonly oauth_provider_id?: string;
}

/** RabbitMQ's `auth_oauth2.*`, as far as it says what the broker is called. */
export interface ResourceServersOptions extends ResourceServerOptions {
  /** The name that tokens know the broker by. May be left out where there are `resource_servers`. */
  readonly resource_server_id?: string;
  /** Further names, each with options of its own; what they leave out is as for the first. */
  readonly resource_servers?: Readonly<Record<string, ResourceServerOptions & { readonly id?: string }>>;
  /** Whose keys sign tokens for those that don't say so. Default: the keys that are given beside it. */
  readonly default_oauth_provider?: string;
}

/** A resource server with its id. */
export interface ResourceServer extends ResourceServerOptions, ScopeOptions {}

/** A token that is not taken, and why. */
export class TokenError extends Error {
  override name = "TokenError";
}

/** The names that tokens know the broker by. */
export class ResourceServers {
  readonly #servers: readonly ResourceServer[];

  /** Throws `RangeError` when there is no name at all. */
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
   * The one that a token is meant for: the only one that its `aud` names, or else the only one that takes tokens for
   * others. Throws {@linkcode TokenError}.
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
