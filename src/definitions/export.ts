import type { Node } from "../broker/node/node.ts";
import { type DefinitionsIdentity, headerOf } from "./header.ts";
import { byCodeUnits, textJson } from "./json/write_json.ts";
import type { ExportScope } from "./section.ts";
import { SECTIONS } from "./sections.ts";

/** Returns the scope of an export; `undefined` when there is no such virtual host. */
export function exportScope(node: Node, vhostName: string | undefined): ExportScope | undefined {
  if (vhostName === undefined) {
    const vhosts = [...node.vhosts.values()].sort((a, b) => byCodeUnits(a.name, b.name));
    return { node, vhosts, isSingle: false };
  }
  const vhost = node.vhosts.get(vhostName);
  return vhost && { node, vhosts: [vhost], isSingle: true };
}

/**
 * Writes definitions in RabbitMQ's format, one object on each line, in an order that depends only on the contents.
 * Yields pieces of the text, and `undefined` after steps without text.
 */
export function* writeDefinitions(
  scope: ExportScope,
  identity: DefinitionsIdentity,
): Generator<string | undefined> {
  yield `{${headerOf(scope, identity).map(([key, json]) => `${textJson(key)}:${json}`).join(",\n")}`;
  for (const { name, isOfVhost, write } of SECTIONS) {
    if (scope.isSingle && !isOfVhost) continue;
    yield `,\n${textJson(name)}:[`;
    let separator = "\n";
    for (const object of write(scope)) {
      if (object === undefined) yield undefined;
      else {
        yield `${separator}${object}`;
        separator = ",\n";
      }
    }
    yield "]";
  }
  yield "}\n";
}
