/** A message of the model. */
export interface ModelMessage {
  readonly id: number;
  readonly priority: number;
  /** `Infinity` for never. */
  readonly expiresAtMs: number;
  readonly bytes: number;
}

export interface ModelRules {
  readonly maxPriority: number;
  readonly ttlMs: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxBytes: number | undefined;
  readonly overflow: "drop-head" | "reject-publish" | "reject-publish-dlx";
}

/**
 * The behaviour of a queue with lifetimes, limits, dead letters and priorities by RabbitMQ's documentation, as plainly
 * as possible.
 */
export class ModelQueue {
  readonly rules: ModelRules;
  /** In the order of arrival. */
  ready: ModelMessage[] = [];
  held: ModelMessage[] = [];
  /** Dead messages with the reason. */
  readonly dead: { readonly id: number; readonly reason: string }[] = [];

  constructor(rules: ModelRules) {
    this.rules = rules;
  }

  #heads(): ModelMessage[] {
    const heads = new Map<number, ModelMessage>();
    for (const message of this.ready) if (!heads.has(message.priority)) heads.set(message.priority, message);
    return [...heads.values()].sort((a, b) => b.priority - a.priority);
  }

  get next(): ModelMessage | undefined {
    return this.#heads()[0];
  }

  #die(message: ModelMessage, reason: string): void {
    this.ready = this.ready.filter((other) => other !== message);
    this.dead.push({ id: message.id, reason });
  }

  #isOver(extra = 0, extraBytes = 0): boolean {
    const bytes = this.ready.reduce((sum, message) => sum + message.bytes, extraBytes);
    return this.ready.length + extra > (this.rules.maxLength ?? Infinity) || bytes > (this.rules.maxBytes ?? Infinity);
  }

  #enforceLimit(): void {
    if (this.rules.overflow !== "drop-head") return;
    while (this.ready.length > 0 && this.#isOver()) this.#die(this.next!, "maxlen");
  }

  /** Expires messages at the head of each priority. */
  #expire(nowMs: number): void {
    for (const { priority } of this.#heads()) {
      for (;;) {
        const head = this.#heads().find((message) => message.priority === priority);
        if (head === undefined || head.expiresAtMs > nowMs) break;
        this.#die(head, "expired");
      }
    }
  }

  /** Publishes a message. Returns whether the queue took it. */
  publish(id: number, priority: number, expirationMs: number, bytes: number, nowMs: number): boolean {
    if (this.rules.overflow !== "drop-head" && this.#isOver(1, bytes)) {
      if (this.rules.overflow === "reject-publish-dlx") this.dead.push({ id, reason: "maxlen" });
      return false;
    }
    const expiresAtMs = nowMs + Math.min(expirationMs, this.rules.ttlMs ?? Infinity);
    this.ready.push({ id, priority: Math.min(priority, this.rules.maxPriority), expiresAtMs, bytes });
    this.#enforceLimit();
    this.#expire(nowMs);
    return true;
  }

  advance(fromMs: number, toMs: number): void {
    for (let nowMs = fromMs; nowMs <= toMs;) {
      this.#expire(nowMs);
      nowMs = Math.min(...this.#heads().map(({ expiresAtMs }) => expiresAtMs));
    }
  }

  take(nowMs: number): ModelMessage | undefined {
    const message = this.next;
    if (message === undefined) return undefined;
    this.ready = this.ready.filter((other) => other !== message);
    this.held.push(message);
    this.#expire(nowMs);
    return message;
  }

  settle(message: ModelMessage): void {
    this.held = this.held.filter((other) => other !== message);
  }

  reject(message: ModelMessage): void {
    this.settle(message);
    this.dead.push({ id: message.id, reason: "rejected" });
  }

  requeue(message: ModelMessage, nowMs: number): void {
    this.settle(message);
    this.ready = [...this.ready, message].sort((a, b) => a.id - b.id);
    this.#expire(nowMs);
    this.#enforceLimit();
  }

  purge(): number {
    return this.ready.splice(0).length;
  }

  /** Returns all delivered messages. */
  restart(nowMs: number): void {
    this.ready = [...this.ready, ...this.held.splice(0)].sort((a, b) => a.id - b.id);
    this.#expire(nowMs);
    this.#enforceLimit();
  }
}
