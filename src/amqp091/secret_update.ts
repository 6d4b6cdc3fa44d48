import {
  type Access,
  type Answer,
  type Decision,
  isPermitted,
  type Peer,
  type Refusal,
  type User,
  withReason,
} from "../access/access.ts";
import { then } from "../access/answer.ts";
import type { Session } from "../broker/session/session.ts";
import { ConnectionError, notAllowed } from "../wire/error.ts";
import { describeError, type Logger } from "./logger.ts";

/** The parts of a connection that an update of its secret uses. */
export interface SecretUpdateHost {
  readonly access: Access;
  readonly session: Session;
  readonly peer: Peer;
  readonly log: Logger;
  /** False once the connection closes, while an answer is awaited. */
  isRunning(): boolean;
}

/**
 * Renews the user of a session with a new secret (RabbitMQ: OAuth 2, Token Refresh), and calls `updated` when that has
 * succeeded. Throws, or rejects with, the error that closes the connection.
 */
export function updateSecret(host: SecretUpdateHost, newSecret: Uint8Array, updated: () => void): Answer<void> {
  const { access, session, peer } = host;
  const secret = new TextDecoder().decode(newSecret);
  const renewed = access.updateSecret?.(session.user, secret, { peer }) ?? session.user;
  const done = then(renewed, (result) => checkAccess(host, result, updated));
  return done instanceof Promise ? done.catch((error) => fail(host, error)) : done;
}

function checkAccess(host: SecretUpdateHost, result: User | Refusal, updated: () => void): Answer<void> {
  if (!host.isRunning()) return;
  if ("refused" in result) throw failure(host, result.refused, "New secret was refused by one of the backends");
  const { access, session, peer } = host;
  return then(access.mayOpen(result, session.vhost.name, { peer }), (decision) => {
    if (!host.isRunning()) return;
    renew(host, result, decision);
    updated();
  });
}

function renew({ session, log }: SecretUpdateHost, user: User, decision: Decision): void {
  if (!isPermitted(decision)) {
    throw notAllowed(withReason(`access to vhost '${session.vhost.name}' refused for user '${user.name}'`, decision));
  }
  session.renew(user);
  log("info", `user '${user.name}' updated secret`);
}

/** Throws the error that closes the connection after an answer was rejected. */
function fail(host: SecretUpdateHost, error: unknown): void {
  if (error instanceof ConnectionError) throw error;
  if (host.isRunning()) throw failure(host, error, "Secret update failed");
}

function failure({ session, log }: SecretUpdateHost, why: unknown, text: string): ConnectionError {
  log("error", `secret update for user '${session.user.name}' failed: ${describeError(why)}`);
  return notAllowed(text);
}
