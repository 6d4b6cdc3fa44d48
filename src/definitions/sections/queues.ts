import { findArgumentProblem } from "../../broker/queue/arguments.ts";
import type { QueueDeclaration } from "../../broker/queue/queue_host.ts";
import { isQueueTypeName, queueTypeName } from "../../broker/queue/queue_type.ts";
import { checkQueueProperties, withDefaultQueueType } from "../../broker/queue/queue_types.ts";
import { canonicalTable } from "../../wire/field_table.ts";
import type { DraftVhost } from "../draft_vhost.ts";
import { tableJson } from "../json/table_json.ts";
import { objectJson, sortInSteps, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import { DefinitionProblem } from "../problem.ts";
import { refusedBy } from "../refused.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";
import { vhostMember } from "./vhost_member.ts";

const SYSTEM_PREFIX = "amq.";

/** Queues, except exclusive ones, which end with their connections. An existing one does not change. */
export const queues: DefinitionsSection = {
  name: "queues",
  isOfVhost: true,
  keys: new Set(["vhost", "name", "type", "durable", "auto_delete", "exclusive", "arguments"]),
  check(object, draft) {
    const vhost = draft.vhostOf(object);
    const name = object.entityName("name");
    if (name.startsWith(SYSTEM_PREFIX)) {
      object.notice("name", "queues with names of the server's are not imported, nor are their bindings");
      return undefined;
    }
    const declaration = readDeclaration(object, vhost, name);
    const existing = vhost.existing?.queues.get(name);
    const other = vhost.newQueues.get(name) ?? (existing && {
      durable: existing.isDurable,
      autoDelete: existing.isAutoDelete,
      arguments: existing.arguments,
    });
    if (other !== undefined) {
      if (!isSame(other, declaration)) object.notice(undefined, "a queue of this name exists and stays as it is");
      return undefined;
    }
    checkDeclaration(object, declaration, `queue '${name}' in vhost '${vhost.name}'`);
    draft.addQueue(vhost, declaration, object);
    return () => {
      const vhostNow = draft.existingVhost(vhost.name);
      if (!vhostNow.queues.has(name)) vhostNow.declareQueue(declaration, draft.actor);
    };
  },
  checkAll({ vhosts }) {
    for (const vhost of vhosts) checkLimit(vhost);
  },
  *write({ vhosts, isSingle }: ExportScope) {
    for (const vhost of vhosts) {
      for (const name of yield* sortInSteps(vhost.queues.keys())) {
        const queue = vhost.queues.get(name);
        if (queue === undefined || queue.owner !== null) continue;
        yield objectJson([
          ["name", textJson(name)],
          vhostMember(vhost, isSingle),
          ["type", textJson(queueTypeName(queue.arguments))],
          ["durable", String(queue.isDurable)],
          ["auto_delete", String(queue.isAutoDelete)],
          ["arguments", tableJson(queue.arguments)],
        ]);
      }
    }
  },
};

function readDeclaration(object: ObjectReader, vhost: DraftVhost, name: string): QueueDeclaration {
  const declaration = withDefaultQueueType({
    name,
    durable: object.boolean("durable", true),
    autoDelete: object.boolean("auto_delete", false),
    owner: null,
    arguments: object.table("arguments"),
  }, vhost.defaultQueueType);
  const type = object.optionalText("type");
  if (type !== undefined && isQueueTypeName(type) && type !== queueTypeName(declaration.arguments)) {
    object.notice("type", "the type of a queue is what its arguments say, or the virtual host's default");
  }
  return declaration;
}

function checkDeclaration(object: ObjectReader, declaration: QueueDeclaration, phrase: string): void {
  const problem = findArgumentProblem(declaration.arguments);
  if (problem !== undefined) {
    throw object.problem(
      ["arguments", problem.argument],
      `invalid arg '${problem.argument}' for ${phrase}${problem.reason}`,
    );
  }
  refusedBy(object, [], () => checkQueueProperties(declaration, phrase));
}

type Compared = Pick<QueueDeclaration, "durable" | "autoDelete" | "arguments">;

const isSame = (a: Compared, b: Compared): boolean =>
  a.durable === b.durable && a.autoDelete === b.autoDelete &&
  canonicalTable(a.arguments) === canonicalTable(b.arguments);

/** Checks the limit of queues (RabbitMQ: `validate_vhost_limit`). */
function checkLimit({ name, existing, newQueues, maxQueues: limit }: DraftVhost): void {
  const count = existing?.queues.size ?? 0;
  if (newQueues.size === 0 || limit < 0 || count + newQueues.size <= limit) return;
  throw new DefinitionProblem(
    "",
    `Adding ${newQueues.size} queue(s) to virtual host "${name}" would exceed the limit of ${limit} queue(s). ` +
      `This virtual host currently has ${count} queue(s) defined. Import aborted!`,
  );
}
