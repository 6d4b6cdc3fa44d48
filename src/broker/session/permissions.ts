import {
  type Access,
  type Answer,
  type Decision,
  isPermitted,
  type Operation,
  type RequestContext,
  type Resource,
  type User,
  withReason,
} from "../../access/access.ts";
import { then } from "../../access/answer.ts";
import { accessRefused } from "../../wire/error.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import { Waiting } from "./waiting.ts";

/** Maximum number of late answers that a session remembers; one more clears them all. */
const LATE_ANSWERS_MAX = 1024;
/** Maximum length of all their requests, above which they are cleared too. In UTF-16 code units. */
const LATE_REQUESTS_LENGTH_MAX = 1024 * 1024;

/**
 * Operations that permit a passive declaration. `configure` is last, so that a refusal reads as that of a declaration.
 */
const ANY_OPERATION: readonly Operation[] = ["read", "write", "configure"];

/** The reason for a refusal; `undefined` for a permission. */
type Refused = string | undefined;

/**
 * Permissions of a session's user in its virtual host (RabbitMQ: Access Control). A late answer is remembered until
 * users or permissions change, so that the operation which asked for it finds it when it is repeated.
 */
export class SessionPermissions {
  readonly #access: Access;
  readonly #vhost: VirtualHost;
  readonly #context: RequestContext;
  #user: User;
  /** Late answers by request. Made for the first one, as most sessions have none. */
  #late: Map<string, Refused> | undefined;
  #lateRequestsLength = 0;
  /** Requests that failed. Each is refused once, and then asked again. Made for the first one. */
  #failed: Set<string> | undefined;
  #lateVersion = 0;
  /** Number of renewals of the user's credentials. */
  #renewals = 0;

  constructor(access: Access, user: User, vhost: VirtualHost, context: RequestContext) {
    this.#access = access;
    this.#user = user;
    this.#vhost = vhost;
    this.#context = context;
  }

  /** Rises with each change that invalidates remembered permissions. */
  get version(): number {
    return this.#access.version + this.#renewals;
  }

  get user(): User {
    return this.#user;
  }

  /** Takes renewed credentials of the same user. */
  renew(user: User): void {
    this.#user = user;
    this.#renewals++;
  }

  /**
   * Throws ACCESS_REFUSED unless the user may do this with a queue, and {@linkcode Waiting} while that is not known.
   */
  queue(operation: Operation, name: string): void {
    this.#permit(operation, this.#queue(name));
  }

  /** Checks the same for an exchange. */
  exchange(operation: Operation, name: string): void {
    this.#permit(operation, this.#exchange(name));
  }

  /**
   * Throws ACCESS_REFUSED unless the user may do anything with a queue, as its passive declaration requires since
   * RabbitMQ 4.3.1.
   */
  queueInAnyWay(name: string): void {
    this.#permitAny(this.#queue(name));
  }

  /** Checks the same for an exchange. */
  exchangeInAnyWay(name: string): void {
    this.#permitAny(this.#exchange(name));
  }

  /**
   * Checks the same for routing keys of a topic exchange (RabbitMQ: Topic Authorisation): all of them must be
   * permitted.
   */
  topic(operation: "write" | "read", exchange: string, routingKeys: readonly string[]): void {
    const vhost = this.#vhost.name;
    const refusal = (routingKey: string) =>
      this.#refusal(operation, `topic '${routingKey}' in ${this.#vhost.exchangePhrase(exchange)}`);
    const ask = (routingKey: string) =>
      then(
        this.#access.mayUseTopic(this.#user, operation, { vhost, exchange, routingKey }, this.#context),
        (decision) => refusedBy(decision, () => refusal(routingKey)),
      );
    this.#check(
      `${operation} topic ${exchange}\0${routingKeys.join("\0")}`,
      () => refusal(routingKeys[0]),
      () => firstFound(routingKeys, ask),
    );
  }

  #queue(name: string): Resource {
    return { vhost: this.#vhost.name, kind: "queue", name };
  }

  #exchange(name: string): Resource {
    return { vhost: this.#vhost.name, kind: "exchange", name: name === "" ? "amq.default" : name };
  }

  #permit(operation: Operation, resource: Resource): void {
    const refusal = () => this.#refusal(operation, this.#phrase(resource));
    this.#check(
      `${operation} ${resource.kind} ${resource.name}`,
      refusal,
      () => then(this.#may(operation, resource), (decision) => refusedBy(decision, refusal)),
    );
  }

  #permitAny(resource: Resource): void {
    const refusal = () => this.#refusal("configure", this.#phrase(resource));
    let last: Decision = false;
    const ask = (operation: Operation) =>
      then(this.#may(operation, resource), (decision) => isPermitted(last = decision) || undefined);
    this.#check(
      `any ${resource.kind} ${resource.name}`,
      refusal,
      () => then(firstFound(ANY_OPERATION, ask), () => refusedBy(last, refusal)),
    );
  }

  #may(operation: Operation, resource: Resource): Answer<Decision> {
    return this.#access.may(this.#user, operation, resource, this.#context);
  }

  #phrase({ kind, name }: Resource): string {
    return kind === "queue" ? this.#vhost.queuePhrase(name) : this.#vhost.exchangePhrase(name);
  }

  #refusal(operation: Operation, phrase: string): string {
    return `${operation} access to ${phrase} refused for user '${this.#user.name}'`;
  }

  /** Throws the refusal that `ask` answers, or `refusal` if asking failed. */
  #check(request: string, refusal: () => string, ask: () => Answer<Refused>): void {
    const refused = this.#answer(request, refusal, ask);
    if (refused !== undefined) throw accessRefused(refused);
  }

  #answer(request: string, refusal: () => string, ask: () => Answer<Refused>): Refused {
    if (this.#lateVersion !== this.version) this.#forget();
    if (this.#late?.has(request)) return this.#late.get(request);
    if (this.#failed?.delete(request)) return refusal();
    const answer = ask();
    if (!(answer instanceof Promise)) return answer;
    const { version } = this;
    this.#lateVersion = version;
    throw new Waiting(answer.then((refused) => this.#remember(request, refused, version), () => {
      (this.#failed ??= new Set()).add(request);
    }));
  }

  #remember(request: string, refused: Refused, version: number): void {
    // Answers after a change of permissions belong to another version.
    if (version !== this.#lateVersion) return;
    const length = this.#lateRequestsLength + request.length;
    const late = this.#late ??= new Map();
    if (late.size >= LATE_ANSWERS_MAX || length > LATE_REQUESTS_LENGTH_MAX) this.#forget();
    late.set(request, refused);
    this.#lateRequestsLength += request.length;
  }

  #forget(): void {
    this.#late?.clear();
    this.#lateRequestsLength = 0;
  }
}

/** Returns the refusal of a decision with its reason; `undefined` for a permission. */
const refusedBy = (decision: Decision, refusal: () => string): Refused =>
  isPermitted(decision) ? undefined : withReason(refusal(), decision);

/** Returns what `find` finds for the first item that has it. Asks one after the other, as there may be thousands. */
function firstFound<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Answer<Found | undefined>,
): Answer<Found | undefined> {
  for (const [at, item] of items.entries()) {
    const found = find(item);
    if (found instanceof Promise) return firstFoundLate(found, items.slice(at + 1), find);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Does the same when the answer for an item comes late. */
async function firstFoundLate<Item, Found>(
  late: Promise<Found | undefined>,
  others: readonly Item[],
  find: (item: Item) => Answer<Found | undefined>,
): Promise<Found | undefined> {
  const found = await late;
  if (found !== undefined) return found;
  for (const item of others) {
    const found = await find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
