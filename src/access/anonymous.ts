import { type Mechanism, outcomeOf } from "./sasl.ts";

/** Who a client is that logs in without a name. */
export interface AnonymousOptions {
  readonly anonymous_login_user: string;
  readonly anonymous_login_pass: string;
}

/** The SASL mechanism ANONYMOUS, as in RabbitMQ 4: who does not say who it is logs in as the configured user. */
export function anonymous(options: AnonymousOptions): Mechanism {
  const { anonymous_login_user: username, anonymous_login_pass: password } = options;
  return {
    name: "ANONYMOUS",
    begin: (access, peer) => ({
      // A client may say something that identifies it in logs; it proves nothing.
      respond: () => outcomeOf(access.login({ username, password, peer }), username),
    }),
  };
}
