import type { Access, Answer, Operation, RequestContext, User } from "../../access/access.ts";
import { accessRefused } from "../../wire/error.ts";
import type { VirtualHost } from "../topology/vhost.ts";
import { Waiting } from "./waiting.ts";

/** Number of late answers that a session remembers; one more clears them all. */
const LATE_ANSWERS_MAX = 1024;

/**
 * What a session's user may do in its virtual host (RabbitMQ: Access Control). An answer that comes late is remembered
 * until users or permissions change, so that the operation which asked for it finds it when it is tried again.
 */
export class Permissions {
  readonly #access: Access;
  readonly #vhost: VirtualHost;
  readonly #context: RequestContext;
  #user: User;
  readonly #late = new Map<string, boolean>();
  /** Requests that failed. Each is refused once, and asked again after that. */
  readonly #failed = new Set<string>();
  #lateVersion = 0;
  /** Rises when the user's credentials are renewed. */
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

  /** Throws ACCESS_REFUSED unless the user may do this with a queue, and {@linkcode Waiting} where that is not known yet. */
  queue(operation: Operation, name: string): void {
    const ask = () =>
      this.#access.may(this.#user, operation, { vhost: this.#vhost.name, kind: "queue", name }, this.#context);
    if (!this.#answer(`${operation} queue ${name}`, ask)) this.#refuse(operation, this.#vhost.queuePhrase(name));
  }

  /** Does the same for an exchange. */
  exchange(operation: Operation, exchange: string): void {
    const name = exchange === "" ? "amq.default" : exchange;
    const ask = () =>
      this.#access.may(this.#user, operation, { vhost: this.#vhost.name, kind: "exchange", name }, this.#context);
    if (!this.#answer(`${operation} exchange ${name}`, ask)) this.#refuse(operation, this.#vhost.exchangePhrase(name));
  }

  /** Does the same for a routing key of a topic exchange (RabbitMQ: Topic Authorisation). */
  topic(operation: "write" | "read", exchange: string, routingKey: string): void {
    const topic = { vhost: this.#vhost.name, exchange, routingKey };
    const ask = () => this.#access.mayUseTopic(this.#user, operation, topic, this.#context);
    if (this.#answer(`${operation} topic ${exchange}\0${routingKey}`, ask)) return;
    this.#refuse(operation, `topic '${routingKey}' in ${this.#vhost.exchangePhrase(exchange)}`);
  }

  #refuse(operation: Operation, phrase: string): never {
    throw accessRefused(`${operation} access to ${phrase} refused for user '${this.#user.name}'`);
  }

  #answer(key: string, ask: () => Answer<boolean>): boolean {
    if (this.#lateVersion !== this.version) this.#late.clear();
    const late = this.#late.get(key);
    if (late !== undefined) return late;
    if (this.#failed.delete(key)) return false;
    const answer = ask();
    if (!(answer instanceof Promise)) return answer;
    this.#lateVersion = this.version;
    throw new Waiting(answer.then((may) => this.#remember(key, may), () => {
      this.#failed.add(key);
    }));
  }

  #remember(key: string, may: boolean): void {
    if (this.#late.size >= LATE_ANSWERS_MAX) this.#late.clear();
    this.#late.set(key, may);
  }
}
