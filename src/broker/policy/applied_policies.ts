import { type Actor, INTERNAL } from "../events/actor.ts";
import { alternateExchangeOf } from "../exchange/alternate_exchange.ts";
import type { EventSink } from "../events/events.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Clock } from "../turn/clock.ts";
import type { Parameters } from "./parameters.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { notifyQueuePolicy } from "./policy_events.ts";
import { queueTypeName } from "../queue/queue_type.ts";
import { definitionOf, settingsOf } from "../queue/settings.ts";
import type { EffectivePolicy } from "../queue/effective_policy.ts";
import { EffectivePolicies, mergeArguments } from "./effective_policy.ts";
import { Policies } from "./policies.ts";
import { SLICE_MS } from "../turn/slices.ts";
import type { Policy } from "./policy.ts";

/** The parts of a virtual host that policies use. */
export interface PoliciesVhost {
  readonly name: string;
  readonly exchanges: ReadonlyMap<string, Exchange>;
  readonly queues: ReadonlyMap<string, AnyQueue>;
  topologyVersion: number;
}

/** The parts of the broker that policies use. */
export interface PoliciesHost {
  readonly clock: Clock;
  readonly parameters: Parameters;
  /** Receives events; `undefined` when nobody does. */
  readonly events?: EventSink;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
}

/**
 * The policies of a virtual host and their application to its exchanges and queues: to a new one at once, to the others
 * when a policy changes. Many of them take several turns. Each gets the policies of its turn; after the last turn all
 * are consistent.
 */
export class AppliedPolicies {
  readonly users: Policies;
  readonly operators: Policies;
  readonly #vhost: PoliciesVhost;
  readonly #host: PoliciesHost;
  readonly #effective = new EffectivePolicies();
  /** Exchanges and queues that remain to be updated. */
  #left: Iterator<Exchange | AnyQueue> | undefined;
  /** True when a policy has changed since this round began. */
  #hasChanged = false;
  /** The last change: the policy that was set, or none if one was cleared, and its actor. */
  #lastSet: Policy | undefined;
  #lastActor: Actor = INTERNAL;
  #untilApplied: (() => void)[] = [];

  constructor(vhost: PoliciesVhost, host: PoliciesHost) {
    this.#vhost = vhost;
    this.#host = host;
    const onChange = (set: Policy | undefined, actor: Actor) => this.#apply(set, actor);
    this.users = new Policies(vhost.name, "policy", host.parameters, onChange);
    this.operators = new Policies(vhost.name, "operator_policy", host.parameters, onChange);
  }

  /** Returns the policies that are parameters of a component; `undefined` for a component with other parameters. */
  of(component: string): Policies | undefined {
    return component === this.users.kind ? this.users : component === this.operators.kind ? this.operators : undefined;
  }

  /** Resolves when all exchanges and queues are up to date with the policies. */
  whenApplied(): Promise<void> {
    if (this.#left === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#untilApplied.push(resolve));
  }

  #apply(set: Policy | undefined, actor: Actor): void {
    this.#hasChanged = true;
    this.#lastSet = set;
    this.#lastActor = actor;
    if (this.#left === undefined) this.#applySlice();
  }

  #applySlice(): void {
    const { clock } = this.#host;
    const start = clock.now();
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (this.applyTo(next) && next.kind === "queue") {
        notifyQueuePolicy(this.#host.events, this.#vhost.name, next, this.#lastSet?.value, this.#lastActor.user);
      }
      if (clock.now() - start < SLICE_MS) continue;
      return this.#host.later(0, () => this.#applySlice());
    }
    for (const resolve of this.#untilApplied.splice(0)) resolve();
  }

  /**
   * Returns the next one to update. When a policy has changed, a new round begins only after this one, so that the last
   * ones are reached too.
   */
  #next(): Exchange | AnyQueue | undefined {
    const next = this.#left?.next();
    if (next?.done === false) return next.value;
    this.#left = undefined;
    if (!this.#hasChanged) return undefined;
    this.#hasChanged = false;
    this.#left = exchangesAndQueues(this.#vhost);
    return this.#next();
  }

  /** Applies the matching policies to an exchange or a queue. Returns whether that changed it. */
  applyTo(thing: Exchange | AnyQueue): boolean {
    const target = thing.kind === "exchange" ? "exchange" : queueTypeName(thing.arguments);
    const effective = this.#effective.of(this.users.find(target, thing.name), this.operators.find(target, thing.name));
    if (effective === thing.effectivePolicy) return false;
    thing.effectivePolicy = effective;
    if (thing.kind === "exchange") thing.alternateExchange = alternateExchange(thing, effective);
    else {
      const type = queueTypeName(thing.arguments);
      thing.apply(settingsOf(mergeArguments(type, effective.definition, definitionOf(thing.arguments))));
    }
    this.#vhost.topologyVersion++;
    return true;
  }
}

function* exchangesAndQueues({ exchanges, queues }: PoliciesVhost): Generator<Exchange | AnyQueue> {
  yield* exchanges.values();
  yield* queues.values();
}

/**
 * Returns the alternate exchange: an exchange's argument has precedence over its policies. The default exchange has
 * none, as in RabbitMQ, although policies match it: a mandatory message to a queue that is missing is returned.
 */
function alternateExchange(exchange: Exchange, { definition }: EffectivePolicy): string | undefined {
  if (exchange.name === "") return undefined;
  return alternateExchangeOf(exchange.arguments) ?? definition["alternate-exchange"] as string | undefined;
}
