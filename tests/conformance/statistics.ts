import process from "node:process";
import type { ChannelCounts } from "../../src/broker/session/channel_counts.ts";
import type { Node } from "../../src/broker/node/node.ts";
import type { AnyQueue } from "../../src/broker/queue/any_queue.ts";
import { UnackedTotals } from "../../src/broker/session/unacked_totals.ts";
import type { BrokerUnderTest } from "../broker_under_test.ts";

/** Numbers by RabbitMQ's names. A number that is missing is 0, as in the management API. */
export type Numbers = Readonly<Record<string, number>>;

/** The statistics of one thing. */
export type Shown = Readonly<Record<string, unknown>>;

/** The statistics of a broker and its virtual host `/`. */
export interface Statistics {
  queue(name: string): Promise<Numbers>;
  exchange(name: string): Promise<Numbers>;
  /** Returns those of a connection's channel by its number. */
  channel(connection: string, number: number): Promise<Numbers>;
  consumer(tag: string): Promise<Shown>;
  connection(name: string): Promise<Numbers>;
  /** Returns `churn_rates`, `message_stats` and `queue_totals` of the whole broker. */
  overview(): Promise<Numbers>;
}

/** Returns the statistics of the broker under test: HareMQ's counts, or RabbitMQ's management API. */
export function statisticsOf(broker: BrokerUnderTest): Statistics {
  return broker.embedded === undefined ? apiOf(broker) : countsOf(broker.embedded.node);
}

// HareMQ

const messageStats = (counts: Omit<ChannelCounts, "add">): Numbers => ({
  publish: counts.publish,
  confirm: counts.confirm,
  return_unroutable: counts.returnUnroutable,
  drop_unroutable: counts.dropUnroutable,
  deliver: counts.deliver,
  deliver_no_ack: counts.deliverNoAck,
  get: counts.get,
  get_no_ack: counts.getNoAck,
  get_empty: counts.getEmpty,
  ack: counts.ack,
  redeliver: counts.redeliver,
});

const unackedOf = ({ sessions }: Node, queue: AnyQueue): UnackedTotals =>
  sessions.unackedTotals().get(queue) ?? new UnackedTotals();

function queueNumbers(node: Node, queue: AnyQueue): Numbers {
  const { stats, totals, consumers } = queue;
  const { ready, readyInMemory } = totals;
  const { all: unacked, inMemory: unackedInMemory } = unackedOf(node, queue);
  return {
    messages: ready.count + unacked.count,
    messages_ready: ready.count,
    messages_unacknowledged: unacked.count,
    messages_ram: readyInMemory.count + unackedInMemory.count,
    messages_persistent: ready.persistentCount + unacked.persistentCount,
    message_bytes: ready.bytes + unacked.bytes,
    message_bytes_ready: ready.bytes,
    message_bytes_unacknowledged: unacked.bytes,
    message_bytes_ram: readyInMemory.bytes + unackedInMemory.bytes,
    message_bytes_persistent: ready.persistentBytes + unacked.persistentBytes,
    consumers: consumers.size,
    publish: stats.publishIn,
    deliver: stats.deliver,
    deliver_no_ack: stats.deliverNoAck,
    get: stats.get,
    get_no_ack: stats.getNoAck,
    get_empty: stats.getEmpty,
    ack: stats.ack,
    redeliver: stats.redeliver,
    disk_reads: stats.diskReads,
    disk_writes: stats.diskWrites,
  };
}

const answer = <T>(found: () => T): Promise<T> => Promise.resolve().then(found);

function countsOf(node: Node): Statistics {
  const vhost = node.vhosts.get("/")!;
  const sessionOf = (connection: string) => [...node.sessions].find(({ origin }) => origin.name === connection)!;
  return {
    queue: (name) => answer(() => queueNumbers(node, vhost.queues.get(name)!)),
    exchange: (name) =>
      answer(() => {
        const { publishIn, publishOut } = vhost.exchanges.get(name)!.counts;
        return { publish_in: publishIn, publish_out: publishOut };
      }),
    channel: (connection, number) =>
      answer(() => {
        const channel = [...sessionOf(connection).channels].find((channel) => channel.number === number)!;
        const { subscriptions, publisher, transaction, counts } = channel;
        return {
          ...messageStats(counts),
          consumer_count: subscriptions.count,
          messages_unacknowledged: subscriptions.unacked.count,
          messages_unconfirmed: publisher.confirms?.unconfirmedCount ?? 0,
          messages_uncommitted: transaction?.publishCount ?? 0,
          acks_uncommitted: transaction?.settlementCount ?? 0,
          prefetch_count: subscriptions.prefetch,
          global_prefetch_count: subscriptions.sharedPrefetch,
        };
      }),
    consumer: (tag) =>
      answer(() => {
        const all = [...vhost.queues.values()].flatMap(({ consumers }) => [...consumers]);
        const consumer = all.find((consumer) => consumer.tag === tag)!;
        return {
          queue: consumer.queue.name,
          ack_required: !consumer.noAck,
          prefetch_count: consumer.prefetch,
          exclusive: consumer.isExclusive,
          active: consumer.isActive,
          activity_status: consumer.activityStatus,
        };
      }),
    connection: (name) =>
      answer(() => {
        const { origin, channels } = sessionOf(name);
        const { receivedBytes, receivedFrames, sentBytes, sentFrames, unsentBytes } = origin.traffic;
        return {
          channels: channels.size,
          recv_oct: receivedBytes,
          recv_cnt: receivedFrames,
          send_oct: sentBytes,
          send_cnt: sentFrames,
          send_pend: unsentBytes,
          frame_max: origin.frameMax,
          channel_max: origin.channelMax,
          timeout: origin.heartbeatSeconds,
        };
      }),
    overview: () =>
      answer(() => {
        const { sessions, queueChurn, diskCounts } = node;
        const totals = [...vhost.queues.values()].map((queue) => queueNumbers(node, queue));
        const sum = (name: string) => totals.reduce((sum, numbers) => sum + numbers[name], 0);
        return {
          ...messageStats(sessions.totals.counts),
          disk_reads: diskCounts.reads,
          disk_writes: diskCounts.writes,
          messages: sum("messages"),
          messages_ready: sum("messages_ready"),
          messages_unacknowledged: sum("messages_unacknowledged"),
          connection_created: sessions.churn.connectionCreated,
          connection_closed: sessions.churn.connectionClosed,
          channel_created: sessions.churn.channelCreated,
          channel_closed: sessions.churn.channelClosed,
          queue_declared: queueChurn.queueDeclared,
          queue_created: queueChurn.queueCreated,
          queue_deleted: queueChurn.queueDeleted,
        };
      }),
  };
}

// RabbitMQ

function apiOf({ host, url }: BrokerUnderTest): Statistics {
  const { username, password } = new URL(url);
  const base = process.env.MANAGEMENT_URL ?? `http://${host}:15672`;
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  async function get(path: string): Promise<Shown> {
    const response = await fetch(`${base}/api/${path}`, { headers: { authorization } });
    return await response.json();
  }
  const numbersOf = (...answers: unknown[]): Numbers => {
    const entries = answers.flatMap((answer) => Object.entries(answer ?? {}));
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
  };
  const name = encodeURIComponent;
  return {
    queue: (queue) => get(`queues/%2F/${name(queue)}`).then((answer) => numbersOf(answer, answer.message_stats)),
    exchange: (exchange) => get(`exchanges/%2F/${name(exchange)}`).then((answer) => numbersOf(answer.message_stats)),
    channel: (connection, number) =>
      get(`channels/${name(`${connection} (${number})`)}`).then((answer) => numbersOf(answer, answer.message_stats)),
    async consumer(tag) {
      const all = await get("consumers/%2F") as unknown as readonly Shown[];
      const consumer = all.find((consumer) => consumer.consumer_tag === tag);
      return { ...consumer, queue: (consumer?.queue as Shown | undefined)?.name };
    },
    connection: (connection) => get(`connections/${name(connection)}`).then((answer) => numbersOf(answer)),
    overview: () =>
      get("overview").then((answer) => numbersOf(answer.message_stats, answer.queue_totals, answer.churn_rates)),
  };
}
