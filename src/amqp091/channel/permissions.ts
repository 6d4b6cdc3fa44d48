import type { Operation, Resource } from "../../access/access.ts";
import { accessRefused } from "../../wire/error.ts";
import type { Session } from "../session.ts";

/** Throws ACCESS_REFUSED unless the session's user may do this with the queue (RabbitMQ: Access Control). */
export function permitQueue(session: Session, operation: Operation, name: string): void {
  permit(session, operation, { kind: "queue", vhost: session.vhost.name, name }, session.vhost.queuePhrase(name));
}

/** Throws ACCESS_REFUSED unless the session's user may do this with the exchange. */
export function permitExchange(session: Session, operation: Operation, name: string): void {
  const resource = { kind: "exchange", vhost: session.vhost.name, name: name === "" ? "amq.default" : name } as const;
  permit(session, operation, resource, session.vhost.exchangePhrase(name));
}

function permit({ access, user, peer }: Session, operation: Operation, resource: Resource, phrase: string): void {
  if (access.may(user, operation, resource, { peer }) === true) return;
  throw accessRefused(`${operation} access to ${phrase} refused for user '${user.name}'`);
}

/** RabbitMQ takes line ends out of names. */
export const nameOf = (name: string): string => name.replace(/[\r\n]/g, "");

/** Throws ACCESS_REFUSED for the default exchange, which is nobody's to change. */
export function refuseDefaultExchange(name: string): void {
  if (name === "") throw accessRefused("operation not permitted on the default exchange");
}
