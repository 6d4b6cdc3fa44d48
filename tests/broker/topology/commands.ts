import { ChannelError, ConnectionError } from "../../../src/wire/error.ts";
import { canonicalTable, EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import type { Node } from "../../../src/broker/node/node.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { consumption, TestReceiver } from "../queue/host.ts";

/** Parameters of a command, which uses some of them. */
export interface Step {
  readonly vhost: string;
  readonly exchange: string;
  readonly other: string;
  readonly queue: string;
  readonly user: string;
  readonly pattern: string;
  readonly key: string;
  /** From 0 to 99. */
  readonly chance: number;
}

const owner = {};

const vhostOf = (node: Node, { vhost }: Step): VirtualHost => node.vhosts.get(vhost) ?? node.addVirtualHost(vhost);
const sourceOf = (vhost: VirtualHost, { exchange, chance }: Step) =>
  vhost.exchange(chance % 4 === 0 ? "amq.topic" : exchange);
const destinationOf = (vhost: VirtualHost, { queue, other, chance }: Step) =>
  chance < 60 ? vhost.queue(queue, owner) : vhost.exchange(other);

function declareExchange(node: Node, step: Step): void {
  const { exchange: name, other, chance } = step;
  const type = ["direct", "fanout", "topic", "x-consistent-hash"][chance % 4];
  const flags = { durable: chance < 80, autoDelete: chance % 5 === 0, internal: chance % 7 === 0 };
  const exchangeArguments = chance % 3 === 0 ? fieldTable({ "alternate-exchange": other }) : EMPTY_TABLE;
  vhostOf(node, step).declareExchange({ name, type, ...flags, arguments: exchangeArguments });
}

function declareQueue(node: Node, step: Step): void {
  const { queue: name, chance } = step;
  const flags = { durable: chance < 80, autoDelete: chance % 4 === 0, owner: chance % 5 === 0 ? owner : null };
  const queueArguments = chance % 3 === 0 ? fieldTable({ "x-max-priority": 3 }) : EMPTY_TABLE;
  vhostOf(node, step).declareQueue({ name, ...flags, arguments: queueArguments });
}

function bind(node: Node, step: Step): void {
  const vhost = vhostOf(node, step);
  vhost.bind(new Binding(sourceOf(vhost, step), destinationOf(vhost, step), step.key, EMPTY_TABLE));
}

/** Commands that change the durable state of a node. */
export const COMMANDS: readonly ((node: Node, step: Step) => unknown)[] = [
  (node, { vhost, key, pattern }) => node.addVirtualHost(vhost, { description: key, tags: [pattern] }),
  (node, { vhost, chance }) => chance < 30 ? node.deleteVirtualHost(vhost) : undefined,
  (node, step) =>
    vhostOf(node, step).metadata.update({ description: step.pattern, protectedFromDeletion: step.chance < 5 }),
  (node, { user, chance, pattern }) =>
    node.topology.userCommands.put({
      user,
      passwordHash: Uint8Array.of(chance),
      hashingAlgorithm: "h",
      tags: [pattern],
    }),
  (node, { user }) => node.topology.userCommands.delete(user),
  (node, { user, chance }) =>
    node.topology.userCommands.changePassword(user, { passwordHash: Uint8Array.of(1, chance), hashingAlgorithm: "i" }),
  (node, { user }) => node.topology.userCommands.clearPassword(user),
  (node, { user, pattern }) => node.topology.userCommands.setTags(user, [pattern, "monitoring"]),
  (node, { user, vhost, pattern }) =>
    node.topology.userCommands.setPermission({ user, vhost, configure: pattern, write: "", read: ".*" }),
  (node, { user, vhost }) => node.topology.userCommands.clearPermission({ user, vhost }),
  (node, { user, vhost, exchange, pattern }) =>
    node.topology.userCommands.setTopicPermission({ user, vhost, exchange, write: pattern, read: "" }),
  (node, { user, vhost, exchange }) => node.topology.userCommands.clearTopicPermissions({ user, vhost, exchange }),
  (node, { user, chance }) => node.userLimits.set(user, { "max-channels": chance }),
  (node, step) => node.vhostLimits.set(vhostOf(node, step).name, { "max-queues": step.chance + 10 }),
  (node, step) => {
    const { key, queue, exchange, other, chance } = step;
    const definition: Record<string, string | number> = chance < 50
      ? { "max-length": chance }
      : { "alternate-exchange": other };
    vhostOf(node, step).policies.users.set({ name: key || "p", pattern: `^[${queue}${exchange}]`, definition });
  },
  (node, step) => vhostOf(node, step).policies.users.clear(step.key || "p"),
  (node, step) => {
    const { key, queue, chance } = step;
    const definition = { "max-length": chance };
    vhostOf(node, step).policies.operators.set({ name: key || "o", pattern: queue, definition });
  },
  (node, step) => vhostOf(node, step).policies.operators.clear(step.key || "o"),
  (node, { vhost, key, chance }) =>
    node.parameters.set({ vhost: chance < 50 ? vhost : "", component: "c", name: key, value: { chance, key } }),
  (node, { vhost, key, chance }) =>
    node.parameters.clear({ vhost: chance < 50 ? vhost : "", component: "c", name: key }),
  ...Array(4).fill(declareExchange),
  (node, step) => vhostOf(node, step).deleteExchange(step.exchange, { ifUnused: step.chance < 20 }),
  ...Array(4).fill(declareQueue),
  (node, step) => vhostOf(node, step).deleteQueue(step.queue, owner),
  (node, step) => step.chance < 30 ? vhostOf(node, step).removeQueuesOf(owner) : undefined,
  (node, step) => {
    const vhost = vhostOf(node, step);
    vhost.cancelConsumer(vhost.queue(step.queue, owner).consume(new TestReceiver(), consumption()));
  },
  ...Array(8).fill(bind),
  (node, step) => {
    const vhost = vhostOf(node, step);
    vhost.unbind(new Binding(sourceOf(vhost, step), destinationOf(vhost, step), step.key, EMPTY_TABLE));
  },
];

/** Carries out a command. Errors for clients or operators are ignored. Returns what it waits for, if anything. */
export function carryOut(node: Node, command: number, step: Step): unknown {
  try {
    return COMMANDS[command](node, step);
  } catch (error) {
    const isTold = error instanceof ChannelError || error instanceof ConnectionError || error instanceof ParameterError;
    if (!isTold) throw error;
  }
}

/** Returns everything durable of a node, in an order that has no meaning. */
export function durableStateOf(node: Node) {
  const { topology } = node;
  return {
    vhosts: [...node.vhosts.values()].map((vhost) => ({
      ...vhost.metadata.record,
      exchanges: [...vhost.exchanges.values()].filter(({ isDurable }) => isDurable).map((exchange) => ({
        name: exchange.name,
        type: exchange.type,
        flags: [exchange.isAutoDelete, exchange.isInternal],
        arguments: canonicalTable(exchange.arguments),
        alternateExchange: exchange.alternateExchange,
        policy: exchange.effectivePolicy.policy?.name,
        // The order of bindings decides where a consistent hash exchange sends messages.
        bindings: [...exchange.bindings.values()].filter(({ isDurable }) => isDurable).map(({ identity }) => identity),
      })).sort(byName),
      queues: [...vhost.queues.values()].filter(({ isDurable }) => isDurable).map((queue) => ({
        name: queue.name,
        id: queue.id,
        isAutoDelete: queue.isAutoDelete,
        arguments: canonicalTable(queue.arguments),
        maxLength: queue.settings.maxLength,
        incoming: [...vhost.incoming.of(queue)].filter(({ isDurable }) => isDurable).map(({ identity }) => identity)
          .sort(),
      })).sort(byName),
      policies: vhost.policies.users.list().map(({ name, value }) => ({ name, value })).sort(byName),
      operatorPolicies: vhost.policies.operators.list().map(({ name, value }) => ({ name, value })).sort(byName),
      parameters: node.parameters.listAll(vhost.name).sort(byText),
      limits: node.vhostLimits.get(vhost.name),
    })).sort((a, b) => a.vhost < b.vhost ? -1 : 1),
    users: [...topology.users.users.values()].sort(byText),
    permissions: [...topology.users.permissions()].sort(byText),
    topicPermissions: [...topology.users.topicPermissions()].sort(byText),
    parameters: node.parameters.listAll("").sort(byText),
    userLimits: ["u1", "u2"].map((user) => node.userLimits.get(user)),
  };
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name < b.name ? -1 : 1;
/** Order of objects by their JSON. */
export const byText = (a: object, b: object) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
