/** Behaviour that differs between versions of RabbitMQ, or that its configuration can change. */
export interface Behaviour {
  /** Version that clients are told. */
  readonly productVersion: string;
  /** Least `frame_max` that a client may ask for. In bytes. */
  readonly frameMinSize: number;
  /** Default of `initial_frame_max`. In bytes. */
  readonly initialFrameMax: number;
  /** Default of `max_message_size`. In bytes. */
  readonly maxMessageSize: number;
  /** Default of `vm_memory_high_watermark.relative`. */
  readonly memoryHighWatermark: number;
  /** True when dead-lettering continues an `x-death` header that a client has published. */
  readonly continuesPublishedDeaths: boolean;
  /** Default delivery limit of quorum queues; `undefined` for none. */
  readonly deliveryLimit: number | undefined;
  /** True when a message that is returned by `basic.nack` counts as a failed delivery in quorum queues. */
  readonly countsReturnsAsFailures: boolean;
  /** Lowest and highest priority that quorum queues tell apart. */
  readonly quorumPriorities: { readonly min: number; readonly max: number };
  /** True when `basic.qos` with `global` limits all consumers of a channel together. */
  readonly hasGlobalQos: boolean;
  /** True when queues may be neither durable nor exclusive. */
  readonly hasTransientQueues: boolean;
  /** True when a late acknowledgement closes the channel whatever the type of the queue. */
  readonly timesOutAllConsumers: boolean;
  /** True when a passive declaration requires a permission. */
  readonly checksPassiveDeclarations: boolean;
  /** True when a mandatory reply to a requester that is gone is returned (RabbitMQ: Direct Reply-to). */
  readonly returnsReplies: boolean;
  /** True when a quorum queue may be declared again as a classic one (RabbitMQ: Migrate to Quorum Queues). */
  readonly relaxesQuorumRedeclaration: boolean;
  /** Types of queues and exchanges that can't be declared. */
  readonly disabledTypes: readonly string[];
  /** Numbers of runtime parameters, by component. */
  readonly parameterLimits: Readonly<Record<string, number>>;
}

/** Choices that change the behaviour. */
export interface BehaviourChoices {
  /**
   * Version of RabbitMQ to behave like where versions differ: `3.13`, `4.2` or `4.3`. Default: the behaviour that serves
   * clients of all versions.
   */
  readonly compat?: Version;
  /** Deprecated features that are permitted or denied, whatever the version. */
  readonly deprecatedFeatures?: Readonly<Partial<Record<DeprecatedFeature, boolean>>>;
  /** True when a quorum queue may be declared again as a classic one. Default: false. */
  readonly relaxesQuorumRedeclaration?: boolean;
  /** Types of queues and exchanges that can't be declared, such as `classic` or `x-local-random`. Default: none. */
  readonly disabledTypes?: readonly string[];
  /** Highest number of runtime parameters of a component. Default: any. */
  readonly parameterLimits?: Readonly<Record<string, number>>;
}

const MEBIBYTE = 1024 * 1024;

/** Priority of messages in quorum queues that have none. */
export const QUORUM_DEFAULT_PRIORITY = 4;

const V4_2: Behaviour = {
  productVersion: "4.2.0",
  frameMinSize: 8192,
  initialFrameMax: 8192,
  maxMessageSize: 16 * MEBIBYTE,
  memoryHighWatermark: 0.6,
  continuesPublishedDeaths: false,
  deliveryLimit: 20,
  countsReturnsAsFailures: true,
  quorumPriorities: { min: QUORUM_DEFAULT_PRIORITY, max: QUORUM_DEFAULT_PRIORITY + 1 },
  hasGlobalQos: true,
  hasTransientQueues: true,
  timesOutAllConsumers: true,
  checksPassiveDeclarations: false,
  returnsReplies: false,
  relaxesQuorumRedeclaration: false,
  disabledTypes: [],
  parameterLimits: {},
};

/** Behaviour of versions of RabbitMQ, by the values of the configuration key `compat`. */
export const VERSIONS = {
  "3.13": {
    ...V4_2,
    productVersion: "3.13.7",
    frameMinSize: 4096,
    initialFrameMax: 4096,
    maxMessageSize: 128 * MEBIBYTE,
    memoryHighWatermark: 0.4,
    continuesPublishedDeaths: true,
    deliveryLimit: undefined,
    quorumPriorities: { min: QUORUM_DEFAULT_PRIORITY, max: QUORUM_DEFAULT_PRIORITY },
    returnsReplies: true,
  },
  "4.2": V4_2,
  "4.3": {
    ...V4_2,
    productVersion: "4.3.0",
    countsReturnsAsFailures: false,
    quorumPriorities: { min: 0, max: 31 },
    hasGlobalQos: false,
    hasTransientQueues: false,
    timesOutAllConsumers: false,
    checksPassiveDeclarations: true,
  },
} as const satisfies Readonly<Record<Version, Behaviour>>;

/** Version of RabbitMQ to behave like. */
export type Version = "3.13" | "4.2" | "4.3";

/** Behaviour without a configured version: it serves clients of all of them. */
export const ANY_VERSION: Behaviour = {
  ...VERSIONS["4.3"],
  productVersion: "4.2.0",
  frameMinSize: 4096,
  memoryHighWatermark: 0.4,
  hasGlobalQos: true,
  hasTransientQueues: true,
  timesOutAllConsumers: true,
};

/** RabbitMQ's deprecated features that can be permitted or denied, and the behaviour that each is. */
const FEATURES = {
  global_qos: "hasGlobalQos",
  transient_nonexcl_queues: "hasTransientQueues",
} as const satisfies Record<DeprecatedFeature, keyof Behaviour>;

/** A deprecated feature of RabbitMQ that can be permitted or denied. */
export type DeprecatedFeature = "global_qos" | "transient_nonexcl_queues";

export const isDeprecatedFeature = (name: string): name is DeprecatedFeature => Object.hasOwn(FEATURES, name);

/** Returns the behaviour of a version, with the choices that change it. */
export function behaviourOf(choices: BehaviourChoices): Behaviour {
  const { compat, deprecatedFeatures = {}, relaxesQuorumRedeclaration, disabledTypes, parameterLimits } = choices;
  const base: Behaviour = compat === undefined ? ANY_VERSION : VERSIONS[compat];
  const features = Object.entries(deprecatedFeatures).map(([name, isPermitted]) => [
    FEATURES[name as DeprecatedFeature],
    isPermitted,
  ]);
  return {
    ...base,
    ...Object.fromEntries(features),
    relaxesQuorumRedeclaration: relaxesQuorumRedeclaration ?? base.relaxesQuorumRedeclaration,
    disabledTypes: disabledTypes ?? base.disabledTypes,
    parameterLimits: parameterLimits ?? base.parameterLimits,
  };
}
