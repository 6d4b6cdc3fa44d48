import { preconditionFailed } from "../../wire/error.ts";
import { Histogram } from "../../measure/histogram.ts";
import { MemoryStore } from "../../store/memory_store.ts";
import type { Store } from "../../store/store.ts";
import type { TopologyRecord } from "../../store/topology_record.ts";
import { Alarms, type BlockedReason } from "./alarms.ts";
import { ANY_VERSION, type Behaviour } from "../compat/behaviour.ts";
import { Admission, NO_NODE_LIMITS, type NodeLimits } from "../session/admission.ts";
import { DeadLetters } from "../routing/dead_letters.ts";
import { checkCounts } from "./count_checks.ts";
import { Durability } from "./durability.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import type { EventSink } from "../events/events.ts";
import { ExchangeCounts } from "../exchange/exchange_counts.ts";
import type { LogCategory } from "../events/logger.ts";
import { MemoryRelief } from "./memory.ts";
import { DiskCounts } from "../message/disk_counts.ts";
import { Messages } from "../message/messages.ts";
import { type Limits, type UserLimit, userLimits, type VirtualHostLimit, virtualHostLimits } from "../policy/limits.ts";
import type { Parameters } from "../policy/parameters.ts";
import type { StoredSequence } from "../sequence/stored_sequence.ts";
import type { QueueTypeName } from "../queue/queue_type.ts";
import { StatsByType } from "../queue/stats_by_type.ts";
import { DeathCounts } from "../queue/rules/death_counts.ts";
import { BlockCache } from "../queue/stream/block_cache.ts";
import { Schedule } from "../turn/schedule.ts";
import { recover } from "../topology/recovery.ts";
import { ALL_IDS, type IdRange, SequenceIds } from "../topology/sequence_ids.ts";
import { QueueChurn } from "../topology/queue_churn.ts";
import { Topology } from "../topology/topology.ts";
import type { VirtualHostChanges } from "../topology/vhost_metadata.ts";
import type { DefaultData, IMPORTED } from "../topology/default_data.ts";
import type { VirtualHostDefaults } from "../topology/vhost_defaults.ts";
import { VirtualHostCommands } from "../topology/vhost_commands.ts";
import type { Clock } from "../turn/clock.ts";
import { AcknowledgementTick } from "../session/acknowledgement_tick.ts";
import { type InterceptorOptions, MessageInterceptors } from "../session/message_interceptors.ts";
import { PairCounts } from "../session/pairs/pair_counts.ts";
import { DEFAULT_SESSION_OPTIONS, type Session, type SessionOptions, type SessionRequest } from "../session/session.ts";
import { Publisher } from "../session/publisher.ts";
import type { SessionHost } from "../session/session_host.ts";
import { Sessions } from "../session/sessions.ts";
import type { HandedOut } from "../session/unacked_totals.ts";
import { type Access, NO_ACCESS } from "../../access/access.ts";
import { LoginAttempts } from "../../access/login_attempts.ts";
import { Spans, type SpanSink } from "../tracing/spans.ts";
import { Turn } from "../turn/turn.ts";
import { TurnTimes } from "../turn/turn_times.ts";
import type { VirtualHost, VirtualHostHost } from "../topology/vhost.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** Upper bounds of the sizes by which messages are counted, as in RabbitMQ. In bytes. */
const MESSAGE_SIZES = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 50_000_000, 100_000_000];

/** Name of a node that is given none. */
export const DEFAULT_NODE_NAME = "haremq@localhost";

export interface NodeOptions {
  readonly clock: Clock;
  /** Default: a store that keeps nothing. */
  readonly store?: Store;
  /** Memory for messages above which publishers are blocked. In bytes. */
  readonly memoryHighWatermarkBytes: number;
  /** Logs a sentence for the operator. Default: drops it. */
  readonly report?: (line: string, category?: LogCategory) => void;
  /** Default: {@linkcode ANY_VERSION}. */
  readonly behaviour?: Behaviour;
  /** Default: `"haremq@localhost"`. */
  readonly name?: string;
  /** Returns an unpredictable number: at least 0, and less than 1. Default: the runtime's. */
  readonly random?: () => number;
  /** Default: none. */
  readonly limits?: Partial<NodeLimits>;
  /** Type of queues that are declared without one. Default: classic. */
  readonly defaultQueueType?: QueueTypeName;
  /** Contents of the node at its first start. Default: the virtual host `/`, and no user. */
  readonly defaultData?: DefaultData | typeof IMPORTED;
  /** Contents of each new virtual host. Default: none. */
  readonly vhostDefaults?: VirtualHostDefaults;
  /** Ids that the node may assign to sequences. Brokers with one log have separate ranges. Default: all. */
  readonly idRange?: IdRange;
  /** Decides who may log in and do what. Default: nobody may log in. */
  readonly access?: Access;
  readonly sessionOptions?: Partial<SessionOptions>;
  /** What is added to messages. Default: nothing. */
  readonly interceptors?: InterceptorOptions;
  /** True when messages are counted by channel, exchange and queue, which costs them time. Default: false. */
  readonly countsPairs?: boolean;
  /** Receives spans of messages whose publishers trace them. Default: none are made. */
  readonly spanSink?: SpanSink;
  /** Returns a unique part of a name: 22 characters that are valid in any name. Default: made by `random`. */
  readonly uniqueName?: () => string;
}

/**
 * One running broker, which RabbitMQ calls a node: virtual hosts, the messages in them, and the turns that change them.
 */
export class Node implements VirtualHostHost, SessionHost {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  readonly store: Store;
  readonly messages = new Messages();
  readonly diskCounts = new DiskCounts();
  /** Makes spans of messages, if anybody wants them. */
  readonly spans: Spans | undefined;
  readonly interceptors: MessageInterceptors | undefined;
  readonly pairCounts: PairCounts | undefined;
  readonly deathCounts = new DeathCounts();
  /** Sizes of the bodies of messages from connections. In bytes. */
  readonly messageSizes = new Histogram(MESSAGE_SIZES);
  readonly queueChurn = new QueueChurn();
  readonly deletedExchangeCounts = new ExchangeCounts();
  readonly deletedQueueStats = new StatsByType();
  readonly turn: Turn;
  readonly turnTimes: TurnTimes;
  readonly blocks: BlockCache;
  readonly schedule: Schedule;
  readonly loginAttempts = new LoginAttempts();
  readonly deadLetters: DeadLetters = new DeadLetters(this, (vhost) => this.topology.vhostOf({ vhost })?.exchanges);
  readonly topology: Topology;
  readonly vhosts: ReadonlyMap<string, VirtualHost>;
  readonly storedSequences = new Map<number, StoredSequence>();
  readonly parameters: Parameters;
  readonly limits: NodeLimits;
  readonly vhostLimits: Limits<VirtualHostLimit>;
  readonly userLimits: Limits<UserLimit>;
  readonly admission: Admission;
  readonly defaultQueueType: QueueTypeName;
  readonly report: (line: string, category?: LogCategory) => void;
  readonly random: () => number;
  /** Decides who may log in and do what. */
  access: Access;
  /** Default options of new sessions. */
  sessionOptions: SessionOptions;
  /** Publishers are blocked while messages take more than this. In bytes. */
  memoryHighWatermarkBytes: number;
  readonly acknowledgementTick: AcknowledgementTick;
  readonly sessions: Sessions;
  readonly uniqueName: () => string;
  newPublisher: SessionHost["newPublisher"] = (channel, sink) => new Publisher(channel, sink);
  /** Receives events, if anybody does. */
  events: EventSink | undefined;
  readonly #alarms: Alarms;
  readonly #memoryRelief: MemoryRelief;
  readonly #ids: SequenceIds;
  /** Defaults of new virtual hosts. */
  readonly vhostDefaults: VirtualHostDefaults | undefined;
  readonly #vhostCommands: VirtualHostCommands;
  readonly #durability = new Durability();
  #untilCaughtUp: (() => void)[] = [];
  /** Time of this turn once it was read, or 0. */
  #timeMs = 0;

  constructor(options: NodeOptions) {
    this.name = options.name ?? DEFAULT_NODE_NAME;
    this.behaviour = options.behaviour ?? ANY_VERSION;
    this.clock = options.clock;
    this.turnTimes = new TurnTimes(options.clock);
    this.random = options.random ?? Math.random;
    this.spans = options.spanSink && new Spans(this, options.spanSink);
    this.deadLetters.observer = this.spans;
    this.interceptors = options.interceptors && new MessageInterceptors(options.interceptors, this);
    this.pairCounts = options.countsPairs ? new PairCounts((line) => this.report(line)) : undefined;
    this.store = options.store ?? new MemoryStore();
    this.blocks = new BlockCache(this.store, this.diskCounts);
    this.limits = { ...NO_NODE_LIMITS, ...options.limits };
    this.#ids = new SequenceIds(options.idRange ?? ALL_IDS, (record) => this.commit(record));
    this.topology = new Topology(this);
    this.vhosts = this.topology.vhosts;
    this.parameters = this.topology.parameters;
    this.vhostDefaults = options.vhostDefaults;
    this.#vhostCommands = new VirtualHostCommands(this.topology, this.limits.vhostMax, options.vhostDefaults);
    this.vhostLimits = virtualHostLimits(this.parameters);
    this.userLimits = userLimits(this.parameters, (name) => this.topology.users.users.has(name));
    this.admission = new Admission(this.name, this.limits, this.vhostLimits, this.userLimits);
    this.defaultQueueType = options.defaultQueueType ?? "classic";
    this.memoryHighWatermarkBytes = options.memoryHighWatermarkBytes;
    this.#alarms = new Alarms(this);
    this.#memoryRelief = new MemoryRelief(this);
    this.turn = new Turn(this.messages, (compact) => this.later(0, compact));
    this.report = options.report ?? (() => {});
    this.uniqueName = options.uniqueName ?? (() => randomName(this.random));
    this.access = options.access ?? NO_ACCESS;
    this.sessionOptions = { ...DEFAULT_SESSION_OPTIONS, ...options.sessionOptions };
    const { channelTickIntervalMs } = this.sessionOptions;
    this.acknowledgementTick = new AcknowledgementTick(this.clock, channelTickIntervalMs, () => this.endTurn());
    this.sessions = new Sessions(this);
    this.topology.listeners.add(this.sessions);
    this.schedule = new Schedule(this.clock, () => this.endTurn());
    this.store.listen({
      durable: () => this.#resumeDurable(),
      readable: (queueIds) => this.#leaveMemory(queueIds),
      pressure: () => {
        this.#resumeCaughtUp();
        this.endTurn();
      },
      fenced: () => this.#refuseAll(),
    });
    recover(this.topology, this.store.recovered, this.#ids, options.defaultData, options.vhostDefaults);
    // Messages that expired while the broker was stopped are found now, even without a client.
    this.endTurn();
  }

  /** Opens a session for a client that has logged in. {@linkcode Admission.checkConnection} must have allowed it. */
  open(request: SessionRequest): Session {
    return this.sessions.open(request);
  }

  /** Ends a turn; see {@linkcode Turn}. Calls at the end of a turn belong to that turn and do nothing. */
  endTurn(): void {
    if (this.turn.isEnding) return;
    if (this.events !== undefined) this.#alarms.notify(this.events);
    this.turn.end();
    this.store.commit(this.#durability.awaited > this.store.durable);
    this.#memoryRelief.relieve();
    this.#alarms.resumeUnblocked();
    this.#timeMs = 0;
    this.turnTimes.end();
  }

  /**
   * Throws `AssertionError` when a turn was left open, or a count is wrong; see {@linkcode checkCounts}. Called by tests,
   * between turns.
   */
  checkBetweenTurns(handedOut: Iterable<HandedOut> = []): void {
    this.turn.checkOver();
    checkCounts(this, handedOut);
  }

  get timeMs(): number {
    return this.#timeMs === 0 ? this.#timeMs = this.clock.time() : this.#timeMs;
  }

  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void {
    this.clock.after(delayMs, () => {
      this.turnTimes.begin();
      callback();
      this.endTurn();
    });
  }

  #leaveMemory(queueIds: readonly SequenceId[]): void {
    for (const id of queueIds) this.storedSequences.get(id)?.leaveMemory(this.store.readableUpTo(id));
    this.endTurn();
  }

  /** Resolves when the store has caught up with everything appended. */
  whenCaughtUp(): Promise<void> {
    return new Promise((resolve) => this.#untilCaughtUp.push(resolve));
  }

  #resumeCaughtUp(): void {
    if (this.store.isBehind) return;
    for (const resolve of this.#untilCaughtUp.splice(0)) resolve();
  }

  /** Calls back, in a turn, once the store has everything up to `position`, which must not be durable yet. */
  whenDurable(position: number, callback: () => void): void {
    this.#durability.when(position, callback);
  }

  /** Ends the turn. Resolves when everything that was declared until now is safe. */
  safe(): Promise<void> {
    const { declared, durable } = this.store;
    const isSafe = durable >= declared
      ? Promise.resolve()
      : new Promise<void>((resolve) => this.whenDurable(declared, resolve));
    this.endTurn();
    return isSafe;
  }

  #resumeDurable(): void {
    this.#durability.resume(this.store.durable);
    this.endTurn();
  }

  /**
   * Closes all connections and refuses new ones: another broker has taken over the store, and clients must connect to
   * that.
   */
  #refuseAll(): void {
    const reason = "another broker has taken over what this one keeps";
    this.report(`${reason}: it takes nothing more in, and closes all connections`);
    this.admission.refusal = reason;
    this.sessions.closeAll(reason);
    this.endTurn();
  }

  commit(record: TopologyRecord): void {
    this.topology.commit(record);
  }

  hasVirtualHost(name: string): boolean {
    return this.vhosts.has(name);
  }

  nextQueueId(): SequenceId {
    return this.#ids.next();
  }

  nextTransientId(): SequenceId {
    return this.#ids.nextTransient();
  }

  /** Throws PRECONDITION_FAILED when no further queue may be created in a virtual host or on the node. */
  checkQueueLimit(vhost: VirtualHost, name: string): void {
    const ofVhost = this.vhostLimits.of(vhost.name, "max-queues");
    if (vhost.queues.size >= ofVhost) {
      throw preconditionFailed(
        `cannot declare queue '${name}': queue limit in vhost '${vhost.name}' (${ofVhost}) is reached`,
      );
    }
    const { clusterQueueLimit: limit } = this.limits;
    if (this.topology.queueCount < limit) return;
    throw preconditionFailed(`cannot declare queue '${name}': queue limit in cluster (${limit}) is reached`);
  }

  /** Throws PRECONDITION_FAILED when no further exchange may be created. `phrase` names it in errors. */
  checkExchangeLimit(phrase: string): void {
    const { clusterExchangeLimit: limit } = this.limits;
    if (this.topology.exchangeCount < limit) return;
    throw preconditionFailed(`cannot declare ${phrase}: exchange limit of ${limit} is reached`);
  }

  /** Adds a virtual host, or returns the existing one; see {@linkcode VirtualHostCommands}. */
  addVirtualHost(name: string, metadata: VirtualHostChanges = {}, actor: Actor = INTERNAL): VirtualHost {
    return this.#vhostCommands.add(name, metadata, actor);
  }

  /** Deletes a virtual host with all its contents; see {@linkcode VirtualHostCommands}. */
  deleteVirtualHost(name: string, actor: Actor = INTERNAL): Promise<void> {
    return this.#vhostCommands.delete(name, actor);
  }

  /** Reason why publishers have to wait; `undefined` when they need not. */
  get blockedReason(): BlockedReason | undefined {
    return this.#alarms.blockedReason;
  }

  /** Resolves when publishers no longer have to wait. */
  whenUnblocked(): Promise<void> {
    return this.#alarms.whenUnblocked();
  }
}

const NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NAME_LENGTH = 22;

function randomName(random: () => number): string {
  let name = "";
  while (name.length < NAME_LENGTH) name += NAME_CHARACTERS[Math.floor(random() * NAME_CHARACTERS.length)];
  return name;
}
