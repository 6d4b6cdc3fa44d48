import type {
  Answer,
  Credentials,
  Decision,
  Operation,
  Refusal,
  RequestContext,
  Resource,
  Topic,
  User,
} from "./access.ts";

/** A user as a backend knows it. */
export interface BackendUser extends User {
  /** State of the login that the backend needs for later answers: RabbitMQ's `impl`. */
  readonly state?: unknown;
}

/**
 * One of RabbitMQ's `auth_backends`, which authenticates users (`authn`), authorizes them (`authz`), or both. An answer
 * may come later. A rejected promise refuses.
 */
export interface Backend {
  /** RabbitMQ's module, such as `rabbit_auth_backend_internal`. */
  readonly name: string;
  /** Rises when earlier answers may have become wrong. Absent where the backend never learns of that. */
  readonly version?: number;
  /**
   * True when the backend may have different backends for authentication and authorization inside, so that a login asks
   * it twice.
   */
  readonly asksTwice?: boolean;
  /** Checks the credentials of a user (`user_login_authentication`). */
  authenticate(credentials: Credentials): Answer<BackendUser | Refusal>;
  /**
   * Looks up a user whom another backend has authenticated (`user_login_authorization`). Its tags are added to the
   * others.
   */
  authorize(credentials: Credentials): Answer<BackendUser | Refusal>;
  /** Decides whether a user may open a virtual host (`check_vhost_access`). */
  mayOpen(user: BackendUser, vhost: string, context: RequestContext): Answer<Decision>;
  /** Decides whether a user may do an operation on an exchange or a queue (`check_resource_access`). */
  may(user: BackendUser, operation: Operation, resource: Resource, context: RequestContext): Answer<Decision>;
  /** Decides whether a user may use a routing key with a topic exchange (`check_topic_access`). */
  mayUseTopic(
    user: BackendUser,
    operation: "write" | "read",
    topic: Topic,
    context: RequestContext,
  ): Answer<Decision>;
  /** Checks a new secret of a user whose credentials expire (`update_state`). Left out where they do not. */
  updateSecret?(user: BackendUser, secret: string, context: RequestContext): Answer<BackendUser | Refusal>;
}

export const isRefused = (result: object): result is Refusal => "refused" in result;

/** The refusal of a login by a wrong name or password, which does not tell which. */
export const INVALID_CREDENTIALS: Refusal = { refused: "invalid credentials" };
