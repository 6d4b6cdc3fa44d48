/** Reason why somebody is not logged in, or no longer. */
export type LoginProblem =
  /** The broker no longer accepts the login. */
  | { readonly kind: "refused" }
  /** The login has expired, and could not be renewed. */
  | { readonly kind: "expired" }
  /** A provider's answer to a login that this tab has not begun, or has begun again meanwhile. */
  | { readonly kind: "state" }
  /** A provider's answer that comes from another provider. */
  | { readonly kind: "issuer" }
  /** The provider says no, or can't do it. */
  | { readonly kind: "provider"; readonly reason: string }
  /** The broker can't reach the provider, or does not understand its answer. */
  | { readonly kind: "unreachable" }
  /** The broker does not accept the token. */
  | { readonly kind: "token" }
  /** The token has no scope that lets somebody use the page. */
  | { readonly kind: "tag" }
  /** A portal brought somebody with a token, and no resource server is configured for that. */
  | { readonly kind: "idp_initiated" }
  /** The broker's answer to the login. */
  | { readonly kind: "api"; readonly error: unknown };

/** A login that failed, with the reason. */
export class LoginError extends Error {
  override name = "LoginError";
  readonly problem: LoginProblem;

  constructor(problem: LoginProblem) {
    super(`login failed: ${problem.kind}`);
    this.problem = problem;
  }
}
