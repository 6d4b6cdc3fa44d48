import { Pattern } from "../../pattern/pattern.ts";
import {
  findProblems,
  isMap,
  numberNamed,
  type ParameterParts,
  type ParameterProblem,
  throwProblems,
} from "./parameter_validation.ts";
import { erlangJson } from "../../wire/erlang_text.ts";
import type { Json } from "../../wire/json.ts";
import { QUEUE_TYPE_NAMES, type QueueTypeName } from "../queue/queue_type.ts";
import {
  definitionProblem,
  patternProblem,
  POLICY_KEYS,
  type PolicyDefinition,
  type PolicyKind,
} from "./policy_keys.ts";

/** Targets of a policy: exchanges, or queues of one type. */
export type PolicyTarget = "exchange" | QueueTypeName;

const TARGETS: Readonly<Record<string, readonly PolicyTarget[]>> = {
  all: ["exchange", ...QUEUE_TYPE_NAMES],
  exchanges: ["exchange"],
  queues: QUEUE_TYPE_NAMES,
  classic_queues: ["classic"],
  quorum_queues: ["quorum"],
  streams: ["stream"],
};

/** The declaration of a policy, with RabbitMQ's names. */
export interface PolicyDeclaration {
  readonly name: string;
  /** Regular expression that is searched in the names of exchanges and queues. */
  readonly pattern: string;
  readonly definition: PolicyDefinition;
  /** Of all matching policies, only the one with the highest priority applies. Default: 0. */
  readonly priority?: number;
  /** `all`, `exchanges`, `queues`, `classic_queues`, `quorum_queues` or `streams`. Default: `all`. */
  readonly applyTo?: string;
}

/** Keys that are set for all exchanges and queues whose names match a pattern (RabbitMQ: Policies). */
export class Policy {
  readonly name: string;
  readonly pattern: Pattern;
  readonly definition: PolicyDefinition;
  readonly priority: number;
  readonly applyTo: string;
  readonly #targets: ReadonlySet<PolicyTarget>;

  /** The declaration must have been checked. */
  constructor({ name, pattern, definition, priority = 0, applyTo = "all" }: PolicyDeclaration) {
    this.name = name;
    this.pattern = new Pattern(pattern);
    this.definition = definition;
    this.priority = priority;
    this.applyTo = applyTo;
    const unknownTo = Object.keys(definition).flatMap((key) => POLICY_KEYS.get(key)?.unknownTo ?? []);
    this.#targets = new Set(TARGETS[applyTo].filter((target) => !(unknownTo as PolicyTarget[]).includes(target)));
  }

  matches(target: PolicyTarget, name: string): boolean {
    return this.#targets.has(target) && this.pattern.matches(name);
  }

  /** The value as RabbitMQ stores and lists it. */
  get value(): Json {
    const { pattern, definition, priority, applyTo } = this;
    return { pattern: pattern.source, definition, priority, "apply-to": applyTo };
  }
}

/**
 * Orders policies by precedence: negative when `a` has it. RabbitMQ leaves open which of two with one priority does.
 */
export function comparePolicies(a: Policy, b: Policy): number {
  return b.priority - a.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Returns all problems with the JSON of a policy. */
export const findPolicyProblems = (kind: PolicyKind, name: string, value: Json): ParameterProblem[] =>
  findProblems(name, PARTS[kind], value);

/** Reads a policy from its JSON. Throws `ParameterError` with RabbitMQ's text. */
export function readPolicy(kind: PolicyKind, name: string, value: Json): Policy {
  throwProblems(findPolicyProblems(kind, name, value));
  const { pattern, definition, priority, "apply-to": applyTo } = value as Record<string, Json>;
  return new Policy({ name, pattern, definition, priority, applyTo } as unknown as PolicyDeclaration);
}

const PARTS: Readonly<Record<PolicyKind, ParameterParts>> = {
  policy: parts("policy"),
  operator_policy: parts("operator_policy"),
};

/** Returns the fields of a policy. */
function parts(kind: PolicyKind): ParameterParts {
  return {
    definition: {
      check: (value) =>
        isMap(value) ? definitionProblem(kind, value) : erlangJson("definition must be a dictionary: ", value),
    },
    "apply-to": { isOptional: true, check: checkApplyTo },
    pattern: { check: checkPattern },
    priority: { check: numberNamed("priority") },
  };
}

function checkApplyTo(value: Json): string | undefined {
  if (typeof value === "string" && Object.hasOwn(TARGETS, value)) return undefined;
  return `apply-to '${value}' unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues', 'streams', ` +
    "'exchanges', or 'all'";
}

function checkPattern(value: Json): string | undefined {
  if (typeof value !== "string") return erlangJson("pattern should be a binary but was ", value);
  const problem = patternProblem(value, "pattern should be regular expression but is invalid: ");
  return problem?.startsWith("must") ? `pattern ${problem}` : problem;
}
