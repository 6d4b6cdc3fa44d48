import type { User } from "../../access/access.ts";
import type { EventName, Events } from "../../broker/events/events.ts";
import { hasTag, isAdministrator, isMonitor, WHO } from "../authorization.ts";

/** A user of the feed of events. */
export interface Listener {
  readonly user: User;
  /** Returns whether the user sees a virtual host, and wants to. */
  sees(vhost: string): boolean;
}

/** Fields by which it is decided who sees an event. */
interface EventFacts {
  readonly name?: unknown;
  readonly vhost?: unknown;
  readonly user?: unknown;
}

type Rule = (listener: Listener, facts: EventFacts) => boolean;

const inVhost: Rule = (listener, { vhost }) => typeof vhost === "string" && listener.sees(vhost);
const ofVhost: Rule = (listener, { name }) => typeof name === "string" && listener.sees(name);
const toAdministrators: Rule = ({ user }) => isAdministrator(user);
/** Others see only their own connections and channels, whose ends name no user. */
const toOwner: Rule = ({ user }, facts) => isMonitor(user) || facts.user === user.name;
/** Parameters may have credentials in them. */
const toPolicymakers: Rule = (listener, facts) =>
  hasTag(listener.user, WHO.policymaker.tags) && (facts.vhost === undefined || inVhost(listener, facts));
const toAll: Rule = () => true;

/** The users who see events, by the beginnings of their names: as those who may read the same things. */
const RULES: readonly (readonly [prefix: string, rule: Rule])[] = [
  ["queue.", inVhost],
  ["exchange.", inVhost],
  ["binding.", inVhost],
  ["consumer.", inVhost],
  ["policy.", inVhost],
  ["operator.policy.", inVhost],
  ["vhost.limits.", inVhost],
  ["vhost.", ofVhost],
  ["connection.", toOwner],
  ["channel.", toOwner],
  ["parameter.", toPolicymakers],
  ["alarm.", toAll],
  ["user.", toAdministrators],
  ["permission.", toAdministrators],
  ["topic.permission.", toAdministrators],
];

/** Returns whether a user sees an event. */
export function seesEvent<E extends EventName>(listener: Listener, event: E, facts: Events[E]): boolean {
  const rule = RULES.find(([prefix]) => event.startsWith(prefix))?.[1] ?? toAdministrators;
  return rule(listener, facts as EventFacts);
}
