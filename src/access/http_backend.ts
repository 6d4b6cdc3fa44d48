import type { Credentials, Decision, Operation, Peer, Refusal, RequestContext, Resource, Topic } from "./access.ts";
import type { Backend, BackendUser } from "./backend.ts";
import { type Fetch, FetchError, fetchText } from "./bounded_fetch.ts";
import type { AccessClock, AccessLog } from "./clock.ts";

/** RabbitMQ's `auth_http.*`. TLS options (`ssl_options`) belong to the injected `fetch`. */
export interface HttpBackendOptions {
  /** HTTP method. `get` puts names and passwords into addresses, which servers log. Default: `get`. */
  readonly http_method?: "get" | "post";
  /** Default: `http://localhost:8000/auth/user`. */
  readonly user_path?: string;
  /** Default: `http://localhost:8000/auth/vhost`. */
  readonly vhost_path?: string;
  /** Default: `http://localhost:8000/auth/resource`. */
  readonly resource_path?: string;
  /** Default: `http://localhost:8000/auth/topic`. */
  readonly topic_path?: string;
  /** Time limit of a request, connecting included. In milliseconds. Default: 15,000. */
  readonly request_timeout?: number;
  /**
   * True when clients are told the server's reason for denying a permission. A login is refused without its reason.
   * Default: false.
   */
  readonly authorization_failure_disclosure?: boolean;
}

/** Fields of a request, named as in RabbitMQ's contract with the server. */
type FormFields = Readonly<Record<string, string | undefined>>;

/** Largest answer that is accepted. In bytes. */
const ANSWER_MAX_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;
/** Maximum length of a reason that is told: a reply text has no more. In UTF-16 code units. */
const REASON_LENGTH_MAX = 255;

/** Status codes of an answer that counts. */
const SUCCESSFUL: readonly number[] = [200, 201];

const DENIED: Refusal = { refused: "Denied by the backing HTTP service" };

/** RabbitMQ's `http`: asks a web server, which answers `allow` or `deny` (RabbitMQ: HTTP Authentication Backend). */
export class HttpBackend implements Backend {
  /** Name of the backend, as RabbitMQ's log has it. */
  readonly name = "rabbit_auth_backend_http";
  readonly #options: Required<HttpBackendOptions>;
  readonly #fetch: Fetch;
  readonly #clock: AccessClock;
  readonly #log: AccessLog;

  /** Makes a backend that asks by `fetch`. */
  constructor(options: HttpBackendOptions, fetch: Fetch, clock: AccessClock, log: AccessLog = () => {}) {
    this.#options = {
      http_method: options.http_method ?? "get",
      user_path: options.user_path ?? "http://localhost:8000/auth/user",
      vhost_path: options.vhost_path ?? "http://localhost:8000/auth/vhost",
      resource_path: options.resource_path ?? "http://localhost:8000/auth/resource",
      topic_path: options.topic_path ?? "http://localhost:8000/auth/topic",
      request_timeout: options.request_timeout ?? REQUEST_TIMEOUT_MS,
      authorization_failure_disclosure: options.authorization_failure_disclosure ?? false,
    };
    this.#fetch = fetch;
    this.#clock = clock;
    this.#log = log;
  }

  /** Checks a password; see {@linkcode Backend.authenticate}. */
  async authenticate({ username, password }: Credentials): Promise<BackendUser | Refusal> {
    const answer = await this.#ask(this.#options.user_path, { username, password });
    if (isDenial(answer)) {
      this.#logReason(answer, `HTTP authentication denied for user '${username}'`);
      return DENIED;
    }
    // RabbitMQ turns tags into lower case, whatever the server sends.
    const [verdict, ...tags] = answer.toLowerCase().split(/\s+/);
    if (verdict !== "allow") throw new FetchError(`${this.#options.user_path} answered neither 'allow' nor 'deny'`);
    return { name: username, tags };
  }

  /** Looks up a user whom another backend has authenticated; see {@linkcode Backend.authorize}. */
  async authorize(credentials: Credentials): Promise<BackendUser | Refusal> {
    const user = await this.authenticate(credentials);
    // Only authentication gives tags.
    return "refused" in user ? user : { ...user, tags: [] };
  }

  /** Decides about a virtual host; see {@linkcode Backend.mayOpen}. */
  mayOpen(user: BackendUser, vhost: string, context: RequestContext): Promise<Decision> {
    return this.#permit(this.#options.vhost_path, {
      ...parametersOf(user, context),
      vhost,
      ip: ipOf(context.peer),
    });
  }

  /** Decides about an exchange or a queue; see {@linkcode Backend.may}. */
  may(user: BackendUser, operation: Operation, resource: Resource, context: RequestContext): Promise<Decision> {
    return this.#permit(this.#options.resource_path, {
      ...parametersOf(user, context),
      vhost: resource.vhost,
      resource: resource.kind,
      name: resource.name,
      permission: operation,
    });
  }

  /** Decides about a routing key; see {@linkcode Backend.mayUseTopic}. */
  mayUseTopic(
    user: BackendUser,
    operation: "write" | "read",
    { vhost, exchange, routingKey }: Topic,
    context: RequestContext,
  ): Promise<Decision> {
    return this.#permit(this.#options.topic_path, {
      ...parametersOf(user, context),
      vhost,
      resource: "topic",
      name: exchange,
      permission: operation,
      routing_key: routingKey,
      "variable_map.username": user.name,
      "variable_map.vhost": vhost,
      "variable_map.client_id": context.clientId,
    });
  }

  async #permit(path: string, parameters: FormFields): Promise<Decision> {
    const answer = await this.#ask(path, parameters);
    if (isDenial(answer)) {
      const reason = this.#logReason(
        answer,
        `HTTP authorization denied for path ${path} and user '${parameters.username}'`,
      );
      const isTold = reason !== "" && this.#options.authorization_failure_disclosure;
      return isTold && { denied: reason.slice(0, REASON_LENGTH_MAX) };
    }
    if (answer.toLowerCase() === "allow") return true;
    throw new FetchError(`${path} answered neither 'allow' nor 'deny'`);
  }

  async #ask(path: string, parameters: FormFields): Promise<string> {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value);
    const { http_method: method, request_timeout: timeoutMs } = this.#options;
    const limits = { timeoutMs, maxBytes: ANSWER_MAX_BYTES };
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status, text } = method === "get"
      ? await fetchText(this.#fetch, `${path}?${form}`, { method: "GET" }, limits, this.#clock)
      // A password is not sent on to the target of a redirect.
      : await fetchText(
        this.#fetch,
        path,
        { method: "POST", headers, body: `${form}`, redirect: "error" },
        limits,
        this.#clock,
      );
    if (!SUCCESSFUL.includes(status)) throw new FetchError(`${path} answered with status ${status}`);
    return text.trim();
  }

  /** Returns the reason of a denial; empty for none. */
  #logReason(answer: string, what: string): string {
    const reason = answer.slice("deny".length).trim();
    if (reason !== "") this.#log("info", `${what}: ${reason}`);
    return reason;
  }
}

const isDenial = (answer: string): boolean => /^deny(\s|$)/i.test(answer);

const parametersOf = ({ name, tags }: BackendUser, { clientId }: RequestContext): FormFields => ({
  username: name,
  tags: tags.join(" "),
  client_id: clientId,
});

const ipOf = ({ host }: Peer): string => host ?? "";
