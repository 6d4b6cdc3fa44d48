import type { NewPasswords } from "../access/new_password.ts";
import { type Actor, INTERNAL } from "../broker/events/actor.ts";
import type { Node } from "../broker/node/node.ts";
import { GLOBAL_COMPONENT } from "../broker/policy/parameter_events.ts";
import { runInSlices } from "../broker/turn/slices.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { exportScope, writeDefinitions } from "./export.ts";
import type { DefinitionsIdentity } from "./header.ts";
import { type ImportedDefinitions, importInSteps } from "./import.ts";
import { IMPORTED_HASH } from "./sections/global_parameters.ts";
import { DefinitionProblem, DefinitionsError } from "./problem.ts";

/** The parts of their broker that definitions use. */
export interface DefinitionsHost {
  readonly node: Node;
  readonly newPasswords: NewPasswords;
  readonly identity: DefinitionsIdentity;
  readonly log: (level: "info" | "warning", line: string) => void;
}

export interface ImportRequest {
  /** Virtual host for all definitions, which may be those of another one. Default: those in the definitions. */
  readonly vhost?: string;
  /** Default: the broker itself. */
  readonly actor?: Actor;
  /** Source of the definitions in messages, such as the path of a file. */
  readonly source?: string;
}

/**
 * The definitions of a broker in RabbitMQ's JSON (RabbitMQ: Definitions): virtual hosts, users, permissions,
 * parameters, policies, exchanges, queues and bindings. Both import and export take many short turns, so that clients
 * are served meanwhile.
 */
export class Definitions {
  readonly #host: DefinitionsHost;
  /** Settles when the last import is over. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** Distinguishes this broker's changes from those before its start; made when first needed. */
  #start: string | undefined;

  constructor(host: DefinitionsHost) {
    this.#host = host;
  }

  /** Returns a text that an export has in common with another one only if both are the same. */
  get version(): string {
    const { node } = this.#host;
    this.#start ??= node.uniqueName();
    return `${this.#start}-${node.topology.changeCount.toString(36)}`;
  }

  /**
   * Exports everything, or a single virtual host. Rejects with {@linkcode DefinitionsError} when that does not exist.
   */
  async export(vhost?: string): Promise<string> {
    const { node, identity } = this.#host;
    const scope = exportScope(node, vhost);
    if (scope === undefined) throw unknownVhost(vhost!);
    const pieces: string[] = [];
    await this.#run(collect(writeDefinitions(scope, identity), pieces));
    return pieces.join("");
  }

  /**
   * Imports definitions. Everything existing stays, but users, permissions, parameters and policies change as the
   * definitions say. Resolves when everything is safe. Rejects with {@linkcode DefinitionsError}. Imports run one after
   * the other.
   */
  import(text: string, request: ImportRequest = {}): Promise<ImportedDefinitions> {
    const imported = this.#last.then(() => this.#import(text, request));
    this.#last = imported.catch(() => {});
    return imported;
  }

  async #import(text: string, { vhost: name, actor = INTERNAL, source }: ImportRequest): Promise<ImportedDefinitions> {
    const { node, newPasswords, log } = this.#host;
    const from = source === undefined ? "" : ` of ${source}`;
    const into = name === undefined ? "" : ` into vhost '${name}'`;
    log("info", `Asked to import definitions${from}${into}. Acting user: ${actor.user}`);
    const vhost = name === undefined ? undefined : this.#vhost(name);
    const steps = importInSteps(text, { node, newPasswords, actor, vhost });
    const imported = await this.#run(steps).catch((error) => {
      throw error instanceof DefinitionsError && source !== undefined ? error.of(source) : error;
    });
    if (!node.topology.hasDefaultData) node.commit({ type: "default_data.inserted" });
    await node.safe();
    const counts = Object.entries(imported.counts).filter(([, count]) => count > 0);
    log(
      "info",
      `Imported definitions${from}: ${counts.map(([section, count]) => `${count} ${section}`).join(", ") || "none"}`,
    );
    for (const notice of imported.notices) log("warning", `Imported definitions${from}: ${notice}`);
    return imported;
  }

  /** Hash of the definitions that the last start imported, if it has stored one. */
  get importedHash(): string | undefined {
    const hash = this.#host.node.parameters.get("", GLOBAL_COMPONENT, IMPORTED_HASH);
    return typeof hash === "string" ? hash : undefined;
  }

  /** Stores the hash. Resolves when it is safe. */
  rememberHash(hash: string): Promise<void> {
    const { parameters } = this.#host.node;
    parameters.set({ vhost: "", component: GLOBAL_COMPONENT, name: IMPORTED_HASH, value: hash });
    return this.#host.node.safe();
  }

  #vhost(name: string): VirtualHost {
    const vhost = this.#host.node.vhosts.get(name);
    if (vhost === undefined) throw unknownVhost(name);
    return vhost;
  }

  /** Runs steps in turns of their own. Resolves with their result. */
  #run<Result>(steps: Generator<unknown, Result>): Promise<Result> {
    const { node } = this.#host;
    return new Promise((resolve, reject) => {
      node.later(0, () => runInSlices(node, this.#settling(steps, resolve, reject), () => {}));
    });
  }

  /** Runs the same steps, and settles a promise at their end instead of throwing. Stops when the broker is closed. */
  *#settling<Result>(
    steps: Generator<unknown, Result>,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): Generator<void, void> {
    try {
      for (;;) {
        if (this.#isClosed) throw new DefinitionsError([new DefinitionProblem("", "the broker has been stopped")]);
        const { done, value } = steps.next();
        if (done) return resolve(value);
        yield;
      }
    } catch (error) {
      reject(error);
    }
  }

  /** Stops running imports and exports. The changes of an import until then stay. */
  close(): void {
    this.#isClosed = true;
  }
}

const unknownVhost = (name: string) => new DefinitionsError([new DefinitionProblem("", `no vhost '${name}'`)]);

function* collect(pieces: Iterable<string | undefined>, into: string[]): Generator<void, void> {
  for (const piece of pieces) {
    if (piece !== undefined) into.push(piece);
    yield;
  }
}
