import { INTERNAL } from "../events/actor.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { SequencePurpose } from "../../store/topology_record.ts";
import type { Binding } from "./binding.ts";
import type { DelayedMessages } from "./delayed/delayed_messages.ts";
import { type EffectivePolicy, NO_POLICY } from "../queue/effective_policy.ts";
import { alternateExchangeOf } from "./alternate_exchange.ts";
import { consistentHash } from "./consistent_hash.ts";
import { DELAYED_MESSAGE, delayedMessageType } from "./delayed_message.ts";
import { direct } from "./direct.ts";
import { fanout } from "./fanout.ts";
import { headers } from "./headers.ts";
import { jmsTopic } from "./jms_topic.ts";
import { localRandom } from "./local_random.ts";
import { messageDeduplication } from "./message_deduplication.ts";
import { modulusHash } from "./modulus_hash.ts";
import { random } from "./random.ts";
import { recentHistory } from "./recent_history.ts";
import type { SequenceKeeper } from "./exchange_sequence.ts";
import { ExchangeCounts } from "./exchange_counts.ts";
import type { ExchangeHost, ExchangeType, Router } from "./router.ts";
import type { Taps } from "../tap/taps.ts";
import { topic } from "./topic.ts";
import type { SequenceId } from "../../store/sequence.ts";

const TYPES = new Map([
  ["direct", direct],
  ["fanout", fanout],
  ["topic", topic],
  ["headers", headers],
  ["x-consistent-hash", consistentHash],
  ["x-jms-topic", jmsTopic],
  ["x-local-random", localRandom],
  ["x-message-deduplication", messageDeduplication],
  ["x-modulus-hash", modulusHash],
  ["x-random", random],
  ["x-recent-history", recentHistory],
]);
TYPES.set(DELAYED_MESSAGE, delayedMessageType(TYPES));

/** Exchange types by the name in `exchange.declare`. */
export const EXCHANGE_TYPES: ReadonlyMap<string, ExchangeType> = TYPES;

/** The declaration of an exchange. */
export interface ExchangeDeclaration {
  readonly name: string;
  /** Name of a type in {@linkcode EXCHANGE_TYPES}. */
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
  /** Absent where the broker declares it. */
  readonly declaredBy?: string;
}

/** Receives messages and finds the queues that they are routed to. */
export class Exchange {
  readonly kind = "exchange";
  readonly name: string;
  readonly type: string;
  readonly isDurable: boolean;
  /** True for an exchange that is deleted with its last binding, once it had one. */
  readonly isAutoDelete: boolean;
  /** Name of the user who declared the exchange. */
  readonly declaredBy: string;
  /** True for an exchange that takes messages from other exchanges only. */
  readonly isInternal: boolean;
  readonly arguments: FieldTable;
  /**
   * Name of the exchange that receives unroutable messages (RabbitMQ: Alternate Exchanges). A change raises the virtual
   * host's `topologyVersion`.
   */
  alternateExchange: string | undefined;
  effectivePolicy: EffectivePolicy = NO_POLICY;
  readonly router: Router;
  readonly counts = new ExchangeCounts();
  /** Delayed messages, when the exchange delays messages; set on declaration. */
  delayed: DelayedMessages | undefined;
  /** Taps that see what passes the exchange. A change raises the virtual host's `topologyVersion`. */
  taps: Taps | undefined;
  /** Bindings from this exchange, by identity. */
  readonly bindings = new Map<string, Binding>();

  /** Throws `RangeError` for an unknown type, which the declaration has excluded. */
  constructor(declaration: ExchangeDeclaration, host: ExchangeHost, router?: Router) {
    const type = EXCHANGE_TYPES.get(declaration.type);
    if (type === undefined) throw new RangeError(`There is no exchange type "${declaration.type}"`);
    this.name = declaration.name;
    this.type = declaration.type;
    this.isDurable = declaration.durable;
    this.isAutoDelete = declaration.autoDelete;
    this.declaredBy = declaration.declaredBy ?? INTERNAL.user;
    this.isInternal = declaration.internal;
    this.arguments = declaration.arguments;
    this.alternateExchange = alternateExchangeOf(declaration.arguments);
    this.delayed = undefined;
    this.taps = undefined;
    this.router = router ?? type.createRouter(declaration.arguments, host);
  }

  /** Returns the keeper of the stored sequence for a purpose, if there is one. */
  sequenceKeeper(purpose: SequencePurpose): SequenceKeeper | undefined {
    return purpose === "delayed" ? this.delayed : this.router.seen;
  }
  /** Ids of the sequences of messages that the exchange has in the store. */
  get sequenceIds(): readonly SequenceId[] {
    const ids = [this.delayed?.sequence?.storedId, this.router.seen?.sequence?.storedId];
    return ids.filter((id) => id !== undefined);
  }
}
