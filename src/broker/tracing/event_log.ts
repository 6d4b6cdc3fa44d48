import { type EventName, type Events, type EventSink, HAS_USER, INTERNAL_USER } from "../events/events.ts";
import type { Logger, LogLevel } from "../events/logger.ts";

/** Makes a line of an event; `undefined` when another event says the same. */
type Line<E extends EventName> = readonly [level: LogLevel, text: (facts: Events[E]) => string | undefined];

/** Components of parameters with events of their own for changes. */
const HAVE_OWN_EVENTS = ["operator_policy", "vhost-limits"];

/**
 * Log lines of events, in RabbitMQ's words where RabbitMQ logs them. None contains a password, a hash or the value of a
 * parameter, which may contain credentials.
 */
const LINES: { readonly [E in EventName]?: Line<E> } = {
  "user.authentication.success": ["info", (login) => `User '${login.name}' logged in ${by(login)}`],
  "user.authentication.failure": [
    "info",
    (login) => `Login refused: ${String.fromCodePoint(...login.error)} ${by(login)}`,
  ],
  "user.created": ["notice", ({ name }) => `Created user '${name}'`],
  "user.deleted": ["notice", ({ name }) => `Deleted user '${name}'`],
  "user.password.changed": ["notice", ({ name }) => `Successfully changed password for user '${name}'`],
  "user.password.cleared": ["notice", ({ name }) => `Cleared password for user '${name}'`],
  "user.tags.set": [
    "notice",
    ({ name, tags }) => `Successfully set user tags for user '${name}' to [${tags.join(",")}]`,
  ],
  "permission.created": [
    "notice",
    ({ user, vhost, configure, write, read }) =>
      `Successfully set permissions for user '${user}' in virtual host '${vhost}' to '${configure}', '${write}', '${read}'`,
  ],
  "permission.deleted": [
    "notice",
    ({ user, vhost }) => `Successfully cleared permissions for user '${user}' in virtual host '${vhost}'`,
  ],
  "topic.permission.created": [
    "notice",
    ({ user, vhost, exchange, write, read }) =>
      `Successfully set topic permissions on exchange '${exchange}' for user '${user}' in virtual host '${vhost}' to ` +
      `'${write}', '${read}'`,
  ],
  "topic.permission.deleted": [
    "notice",
    ({ user, vhost }) => `Successfully cleared topic permissions for user '${user}' in virtual host '${vhost}'`,
  ],
  "vhost.created": ["notice", ({ name }) => `Created virtual host '${name}'`],
  "vhost.updated": ["notice", ({ name }) => `Changed virtual host '${name}'`],
  "vhost.deleted": ["notice", ({ name }) => `Deleted virtual host '${name}'`],
  "policy.set": [
    "notice",
    ({ name, vhost, pattern, ["apply-to"]: kind }) =>
      `Successfully set policy '${name}' matching ${kind} names in virtual host '${vhost}' using pattern '${pattern}'`,
  ],
  "policy.cleared": ["notice", ({ name, vhost }) => `Cleared policy '${name}' in virtual host '${vhost}'`],
  "operator.policy.cleared": [
    "notice",
    ({ name, vhost }) => `Cleared operator policy '${name}' in virtual host '${vhost}'`,
  ],
  "parameter.set": [
    "notice",
    ({ component, name, vhost }) =>
      HAVE_OWN_EVENTS.includes(component) ? undefined : `Set ${parameterOf(component, name, vhost)}`,
  ],
  "parameter.cleared": [
    "notice",
    ({ component, name, vhost }) =>
      HAVE_OWN_EVENTS.includes(component) ? undefined : `Cleared ${parameterOf(component, name, vhost)}`,
  ],
  "vhost.limits.set": ["notice", ({ vhost, name: _, ...limits }) => `Set limits ${limitsOf(limits)} of ${of(vhost)}`],
  "vhost.limits.cleared": ["notice", ({ vhost }) => `Cleared limits of ${of(vhost)}`],
  "user.limits.set": [
    "notice",
    ({ username, name: _, ...limits }) => `Set limits ${limitsOf(limits)} of user '${username}'`,
  ],
  "user.limits.cleared": ["notice", ({ username }) => `Cleared limits of user '${username}'`],
  "alarm.set": [
    "warning",
    ({ source, node }) =>
      `${source} resource limit alarm set on node ${node}. *** Publishers will be blocked until this alarm clears ***`,
  ],
  "alarm.cleared": ["warning", ({ source, node }) => `${source} resource limit alarm cleared on node ${node}`],
};

/** Returns whether the server sets a global parameter of its own, which is no change that somebody made. */
const isOwnParameter = (event: EventName, facts: object, user: string): boolean =>
  event === "parameter.set" && user === INTERNAL_USER && "component" in facts && facts.component === "global";

/** Names a parameter; global ones have no virtual host. */
const parameterOf = (component: string, name: string, vhost: string | undefined): string =>
  vhost === undefined
    ? `global parameter '${name}'`
    : `parameter '${name}' of component '${component}' in ${of(vhost)}`;

const of = (vhost: string): string => `virtual host '${vhost}'`;

const by = (login: Events["user.authentication.success"]): string =>
  `by ${login.auth_mechanism}, connection ${login.connection_name}`;

const limitsOf = (limits: object): string =>
  Object.entries(limits).map(([name, limit]) => `${name} = ${limit}`).join(", ");

/**
 * Logs alarms, and in category `audit` logins and changes of users, virtual hosts, permissions and policies. Passes all
 * events on.
 */
export class EventLog implements EventSink {
  readonly node: string;
  readonly #log: Logger;
  readonly #next: EventSink | undefined;

  constructor(node: string, log: Logger, next?: EventSink) {
    this.node = node;
    this.#log = log;
    this.#next = next;
  }

  notify<E extends EventName>(event: E, facts: Events[E], user: string = INTERNAL_USER): void {
    const [level, text] = LINES[event] ?? [];
    const line = isOwnParameter(event, facts, user) ? undefined : text?.(facts);
    if (line !== undefined) this.#notify(event, level!, line, user);
    this.#next?.notify(event, facts, user);
  }

  #notify(event: EventName, level: LogLevel, line: string, user: string): void {
    if (event.startsWith("alarm.")) this.#log(level, line);
    else this.#log(level, HAS_USER[event] ? `${line}, by user '${user}'` : line, "audit");
  }

  pidOf(process: object): string {
    return this.#next?.pidOf(process) ?? "";
  }
}
