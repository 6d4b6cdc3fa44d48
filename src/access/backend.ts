import type { Answer, Credentials, Operation, Refusal, RequestContext, Resource, Topic, User } from "./access.ts";

/** A user as a backend knows it. */
export interface BackendUser extends User {
  /** What the backend keeps of the login to answer with later: RabbitMQ's `impl`. */
  readonly state?: unknown;
}

/**
 * One of RabbitMQ's `auth_backends`: it tells who somebody is (`authn`), what they may do (`authz`), or both. An answer may
 * come later. A rejected promise refuses.
 */
export interface Backend {
  /** RabbitMQ's module, such as `rabbit_auth_backend_internal`. */
  readonly name: string;
  /** Rises when what was answered before may be wrong now. Absent where the backend is never told of that. */
  readonly version?: number;
  /** True where who authenticates and who authorizes may be different ones inside, so that both are asked at a login. */
  readonly asksTwice?: boolean;
  /** Checks who a user is (`user_login_authentication`). */
  authenticate(credentials: Credentials): Answer<BackendUser | Refusal>;
  /** Looks up a user that another backend has authenticated (`user_login_authorization`). Its tags are added to the others. */
  authorize(credentials: Credentials): Answer<BackendUser | Refusal>;
  /** Tells whether a user may open a virtual host (`check_vhost_access`). */
  mayOpen(user: BackendUser, vhost: string, context: RequestContext): Answer<boolean>;
  /** Tells whether a user may do something with an exchange or a queue (`check_resource_access`). */
  may(user: BackendUser, operation: Operation, resource: Resource, context: RequestContext): Answer<boolean>;
  /** Tells whether a user may use a routing key with a topic exchange (`check_topic_access`). */
  mayUseTopic(
    user: BackendUser,
    operation: "write" | "read",
    topic: Topic,
    context: RequestContext,
  ): Answer<boolean>;
  /** Takes a new secret of a user whose credentials expire (`update_state`). Left out where they don't. */
  updateSecret?(user: BackendUser, secret: string, context: RequestContext): Answer<BackendUser | Refusal>;
}

export const isRefused = (result: object): result is Refusal => "refused" in result;

/** The refusal of a login by a wrong name or password, which does not tell which. */
export const INVALID_CREDENTIALS: Refusal = { refused: "invalid credentials" };
