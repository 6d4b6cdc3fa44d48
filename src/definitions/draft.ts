import type { NewPasswords } from "../access/new_password.ts";
import type { Actor } from "../broker/events/actor.ts";
import type { ExchangeDeclaration } from "../broker/exchange/exchange.ts";
import type { Node } from "../broker/node/node.ts";
import type { QueueDeclaration } from "../broker/queue/queue_host.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { DraftVhost } from "./draft_vhost.ts";
import type { ObjectReader } from "./object_reader.ts";
import { DefinitionProblem } from "./problem.ts";

/** Target and actor of an import. */
export interface DraftOptions {
  readonly node: Node;
  readonly actor: Actor;
  readonly newPasswords: NewPasswords;
  /** Version of RabbitMQ that exported the definitions, if they name it. */
  readonly version: string | undefined;
  /** The only virtual host of the import. Default: each object's own. */
  readonly vhost: VirtualHost | undefined;
}

/** The future broker: what exists, and what an import adds. */
export class Draft {
  readonly node: Node;
  readonly actor: Actor;
  readonly newPasswords: NewPasswords;
  readonly version: string | undefined;
  readonly #single: DraftVhost | undefined;
  readonly #newUsers = new Set<string>();
  readonly #vhosts = new Map<string, DraftVhost>();
  #newVhostCount = 0;
  #newExchangeCount = 0;
  #newQueueCount = 0;

  constructor({ node, actor, newPasswords, version, vhost }: DraftOptions) {
    this.node = node;
    this.actor = actor;
    this.newPasswords = newPasswords;
    this.version = version;
    this.#single = vhost && new DraftVhost(vhost.name, vhost, node);
  }

  addUser(name: string): void {
    this.#newUsers.add(name);
  }

  hasUser(name: string): boolean {
    return this.#newUsers.has(name) || this.node.topology.users.users.has(name);
  }

  /** Virtual hosts that the import changes. */
  get vhosts(): Iterable<DraftVhost> {
    return this.#single === undefined ? this.#vhosts.values() : [this.#single];
  }

  vhost(name: string): DraftVhost | undefined {
    const known = this.#vhosts.get(name);
    const existing = this.node.vhosts.get(name);
    if (known !== undefined || existing === undefined) return known;
    return this.#add(new DraftVhost(name, existing, this.node));
  }

  /**
   * Returns the virtual host with this name, which the import adds if it does not exist. Throws `DefinitionProblem`.
   */
  addVhost(name: string, object: ObjectReader): DraftVhost {
    const vhost = this.vhost(name);
    if (vhost !== undefined) return vhost;
    const { node } = this;
    if (node.topology.deleting.has(name)) throw object.problem("name", `vhost '${name}' is being deleted`);
    const { vhostMax } = node.limits;
    if (node.vhosts.size + ++this.#newVhostCount > vhostMax) {
      throw object.problem("name", `cannot create vhost '${name}': vhost limit of ${vhostMax} is reached`);
    }
    return this.#add(new DraftVhost(name, undefined, node));
  }

  #add(vhost: DraftVhost): DraftVhost {
    this.#vhosts.set(vhost.name, vhost);
    return vhost;
  }

  /** Returns the virtual host of an object. Throws `DefinitionProblem` when it does not exist. */
  vhostOf(object: ObjectReader): DraftVhost {
    if (this.#single !== undefined) return this.#single;
    const name = object.optionalText("vhost");
    if (name === undefined) {
      throw object.problem(
        "vhost",
        "this key is missing: definitions of a single virtual host have to be imported into one",
      );
    }
    const vhost = this.vhost(name);
    if (vhost === undefined) {
      throw object.problem("vhost", `Please create virtual host "${name}" prior to importing definitions.`);
    }
    return vhost;
  }

  /** Returns a virtual host while changes are made. Throws `DefinitionProblem` when it was deleted after its check. */
  existingVhost(name: string): VirtualHost {
    const vhost = this.node.vhosts.get(name);
    if (vhost === undefined) throw new DefinitionProblem("", `vhost '${name}' was deleted during the import`);
    return vhost;
  }

  addExchange(vhost: DraftVhost, declaration: ExchangeDeclaration, object: ObjectReader): void {
    const { limits: { clusterExchangeLimit: limit }, topology } = this.node;
    if (topology.exchangeCount + ++this.#newExchangeCount > limit) {
      throw object.problem([], `exchange limit of ${limit} is reached`);
    }
    vhost.newExchanges.set(declaration.name, declaration);
  }

  addQueue(vhost: DraftVhost, declaration: QueueDeclaration, object: ObjectReader): void {
    const { limits: { clusterQueueLimit: limit }, topology } = this.node;
    if (topology.queueCount + ++this.#newQueueCount > limit) {
      throw object.problem([], `queue limit in cluster (${limit}) is reached`);
    }
    vhost.newQueues.set(declaration.name, declaration);
  }
}
