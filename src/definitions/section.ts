import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { Node } from "../broker/node/node.ts";
import type { Draft } from "./draft.ts";
import type { ObjectReader } from "./object_reader.ts";

/** Makes a checked change, in a turn. */
export type Change = () => void;

/** The contents of an export: everything, or a single virtual host. */
export interface ExportScope {
  readonly node: Node;
  /** Virtual hosts in the order in which they are exported. */
  readonly vhosts: readonly VirtualHost[];
  /** True in definitions of a single virtual host, whose objects don't name it. */
  readonly isSingle: boolean;
}

/** A kind of objects in a definitions file. */
export interface DefinitionsSection {
  /** Key of their list, such as `queues`. */
  readonly name: string;
  /** True when the definitions of a single virtual host contain it too. */
  readonly isOfVhost: boolean;
  /** Keys that RabbitMQ has in these objects, whether or not an import uses them. */
  readonly keys: ReadonlySet<string>;
  /**
   * Checks an object against what exists and what the file adds, and adds it to the draft. Returns the change to make;
   * `undefined` for none. Throws `DefinitionProblem`.
   */
  check(object: ObjectReader, draft: Draft): Change | undefined;
  /** Checks the section as a whole. Throws `DefinitionProblem`. */
  checkAll?(draft: Draft): void;
  /** Writes the objects as JSON, in order, with a step (`undefined`) after some work. */
  write(scope: ExportScope): Iterable<string | undefined>;
}
