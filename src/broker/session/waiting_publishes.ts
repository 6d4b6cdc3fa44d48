import { connectionForced, resourceError } from "../../wire/error.ts";
import { bodySizeOf, type Publishable } from "./message_sender.ts";
import type { AnyReceipt } from "./publish_receipt.ts";
import type { SessionHost } from "./session_host.ts";

/** Maximum number of messages that wait, and the maximum size of their bodies in bytes. A single publish may exceed both. */
const WAITING_MAX = 10_000;
const WAITING_MAX_BYTES = 16 * 1024 * 1024;

/** A publish that waits, of one message or a batch. */
interface WaitingPublish {
  readonly receipt: AnyReceipt;
  readonly messages: readonly Publishable[];
  /** Takes the publish back. */
  readonly signal?: AbortSignal;
  /** Publishes, or returns a promise to wait for before it is called again. */
  readonly send: () => Promise<void> | undefined;
  /** Set when something else is awaited than memory and disk. */
  readonly until: Promise<void> | undefined;
}

/**
 * Publishes, in their order, that wait while memory or disk are low, or for a permission (RabbitMQ: Blocked Connections). They
 * are kept as the program has given them.
 */
export class WaitingPublishes {
  readonly #node: SessionHost;
  readonly #publishes: WaitingPublish[] = [];
  #count = 0;
  #bytes = 0;

  constructor(node: SessionHost) {
    this.#node = node;
  }

  get isEmpty(): boolean {
    return this.#publishes.length === 0;
  }

  /** The receipt of the last publish that waits. */
  get last(): AnyReceipt | undefined {
    return this.#publishes.at(-1)?.receipt;
  }

  /** True while memory or disk are low, or the store is behind. Throws CONNECTION_FORCED when another broker has taken over. */
  get isHeldBack(): boolean {
    const { admission, blockedReason, store } = this.#node;
    if (admission.refusal !== undefined) throw connectionForced(admission.refusal);
    return blockedReason !== undefined || store.isBehind;
  }

  /** Throws RESOURCE_ERROR when too much waits. */
  add(publish: WaitingPublish): void {
    const count = publish.messages.length;
    const bytes = publish.messages.reduce((sum, message) => sum + bodySizeOf(message), 0);
    const isFull = this.#count + count > WAITING_MAX || this.#bytes + bytes > WAITING_MAX_BYTES;
    if (!this.isEmpty && isFull) {
      const why = this.#node.blockedReason ?? "the store is behind";
      throw resourceError(`${this.#count} messages wait to be published: ${why}`);
    }
    this.#count += count;
    this.#bytes += bytes;
    this.#publishes.push(publish);
    publish.signal?.addEventListener("abort", () => this.#takeBack(publish), { once: true });
    if (this.#publishes.length === 1) this.#sendAll(publish.until);
  }

  #takeBack(publish: WaitingPublish): void {
    if (this.#leave(publish)) publish.receipt.fail(publish.signal!.reason);
  }

  /** Removes a publish. Returns false when it does not wait any more. */
  #leave(publish: WaitingPublish): boolean {
    const index = this.#publishes.indexOf(publish);
    if (index === -1) return false;
    this.#publishes.splice(index, 1);
    this.#count -= publish.messages.length;
    this.#bytes -= publish.messages.reduce((sum, message) => sum + bodySizeOf(message), 0);
    return true;
  }

  async #sendAll(until: Promise<void> | undefined): Promise<void> {
    await until;
    while (!this.isEmpty) {
      await this.#whenFree();
      const publish = this.#publishes[0];
      if (publish === undefined) return;
      try {
        const again = publish.send();
        if (again === undefined) this.#leave(publish);
        else await again;
      } catch (error) {
        this.#leave(publish);
        // Without anybody to tell, it is an unhandled rejection, as that of a promise would be.
        if (!publish.receipt.isAwaited) Promise.reject(error);
        publish.receipt.fail(error);
      }
    }
  }

  async #whenFree(): Promise<void> {
    const node = this.#node;
    while (node.blockedReason !== undefined) await node.whenUnblocked();
    if (node.store.isBehind) await node.whenCaughtUp();
  }

  /** Fails all publishes that wait. */
  close(error: Error): void {
    for (const { receipt } of this.#publishes.splice(0)) receipt.fail(error);
    this.#count = this.#bytes = 0;
  }
}
