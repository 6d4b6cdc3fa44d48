import { type Mechanism, resultOf } from "./sasl.ts";

/** The user that a client without a name logs in as. */
export interface AnonymousOptions {
  /** Name of the user whom clients log in as. */
  readonly anonymous_login_user: string;
  /** Password of that user. */
  readonly anonymous_login_pass: string;
}

/** The SASL mechanism ANONYMOUS, as in RabbitMQ 4: a client without a name logs in as the configured user. */
export function anonymous(options: AnonymousOptions): Mechanism {
  const { anonymous_login_user: username, anonymous_login_pass: password } = options;
  return {
    name: "ANONYMOUS",
    begin: (access, peer) => ({
      // The client's response may identify it in logs, but proves nothing.
      respond: () => resultOf(access.login({ username, password, peer }), username),
    }),
  };
}
