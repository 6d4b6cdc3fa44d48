import { type Actor, INTERNAL } from "../events/actor.ts";
import { alternateExchangeOf } from "../exchange/alternate_exchange.ts";
import type { EventSink } from "../events/events.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Clock } from "../turn/clock.ts";
import type { Parameters } from "./parameters.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import { tellQueuePolicy } from "./policy_events.ts";
import { queueTypeName } from "../queue/queue_type.ts";
import { definitionOf, settingsOf } from "../queue/settings.ts";
import type { EffectivePolicy } from "../queue/effective_policy.ts";
import { EffectivePolicies, mergeArguments } from "./effective_policy.ts";
import { Policies } from "./policies.ts";
import type { Policy } from "./policy.ts";

/** So long a change of policies is carried out in one turn; what is left follows soon. In milliseconds. */
const SLICE_MS = 5;

/** What policies need of the virtual host that they are in. */
export interface PoliciesVhost {
  readonly name: string;
  readonly exchanges: ReadonlyMap<string, Exchange>;
  readonly queues: ReadonlyMap<string, AnyQueue>;
  topologyVersion: number;
}

/** What they need of the broker. */
export interface PoliciesHost {
  readonly clock: Clock;
  readonly parameters: Parameters;
  /** Who wants to hear what happens, if anybody. */
  readonly events?: EventSink;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
}

/**
 * The policies of a virtual host, and what they do to its exchanges and queues: to a new one at once, to those that there
 * are when a policy changes. Many of these take several turns; each has what the policies of that moment say, and when all
 * is done that is so for all.
 */
export class AppliedPolicies {
  readonly users: Policies;
  readonly operators: Policies;
  readonly #vhost: PoliciesVhost;
  readonly #host: PoliciesHost;
  readonly #effective = new EffectivePolicies();
  /** Those that are still to be looked at. */
  #left: Iterator<Exchange | AnyQueue> | undefined;
  /** Whether there was a change since the first of those was looked at. */
  #hasChanged = false;
  /** What the last change was: the policy that was set, or none where one was cleared. */
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

  /** Those that are kept as parameters of a component, if it is one of policies. */
  of(component: string): Policies | undefined {
    return component === this.users.kind ? this.users : component === this.operators.kind ? this.operators : undefined;
  }

  /** Resolves when all exchanges and queues are as the policies want them. */
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
        tellQueuePolicy(this.#host.events, this.#vhost.name, next, this.#lastSet?.value, this.#lastActor.user);
      }
      if (clock.now() - start < SLICE_MS) continue;
      return this.#host.later(0, () => this.#applySlice());
    }
    for (const resolve of this.#untilApplied.splice(0)) resolve();
  }

  /** Begins anew after the last one when there was a change meanwhile: so those at the end get their turn too. */
  #next(): Exchange | AnyQueue | undefined {
    const next = this.#left?.next();
    if (next?.done === false) return next.value;
    this.#left = undefined;
    if (!this.#hasChanged) return undefined;
    this.#hasChanged = false;
    this.#left = exchangesAndQueues(this.#vhost);
    return this.#next();
  }

  /** Has an exchange or a queue do what the policies that match it say, if it does not yet. Returns whether it did not. */
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

/** What an exchange was declared with counts for more. */
const alternateExchange = (exchange: Exchange, { definition }: EffectivePolicy): string | undefined =>
  alternateExchangeOf(exchange.arguments) ?? definition["alternate-exchange"] as string | undefined;
