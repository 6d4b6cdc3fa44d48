import { Firehose } from "../../broker/tracing/firehose.ts";
import { isQueueTypeName } from "../../broker/queue/queue_type.ts";
import type { VirtualHostChanges } from "../../broker/topology/vhost_metadata.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { INTERNAL } from "../../broker/events/actor.ts";
import type { Draft } from "../draft.ts";
import { objectJson, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import type { DefinitionsSection, ExportScope } from "../section.ts";

/** Default queue types that RabbitMQ treats as none. */
const NO_TYPE: readonly (string | undefined)[] = [undefined, "undefined", ""];

/** Permissions of the user who imports a new virtual host. */
const FULL_PERMISSIONS = { configure: ".*", write: ".*", read: ".*" };

/** Virtual hosts with their metadata (RabbitMQ: `put_vhost`). Their limits are parameters. */
export const vhosts: DefinitionsSection = {
  name: "vhosts",
  isOfVhost: false,
  keys: new Set(["name", "description", "tags", "metadata", "limits", "tracing"]),
  check(object, draft) {
    const name = object.entityName("name");
    const metadata = readMetadata(object);
    const tracing = object.value("tracing") === undefined ? undefined : object.boolean("tracing", false);
    const vhost = draft.addVhost(name, object);
    const { defaultQueueType } = metadata;
    vhost.defaultQueueType = isQueueTypeName(defaultQueueType) ? defaultQueueType : draft.node.defaultQueueType;
    return () => {
      const vhost = putVhost(draft, name, metadata);
      if (tracing !== undefined) setTracing(draft.node, vhost, tracing);
    };
  },
  *write({ node, vhosts }: ExportScope) {
    for (const vhost of vhosts) {
      yield objectJson([
        ["name", textJson(vhost.name)],
        ["limits", JSON.stringify(node.vhostLimits.get(vhost.name))],
        ["metadata", metadataJson(vhost)],
      ]);
    }
  },
};

export type Metadata = Required<VirtualHostChanges>;

function readMetadata(object: ObjectReader): Metadata {
  const metadata = object.object("metadata");
  const defaultQueueType = metadata?.optionalText("default_queue_type");
  if (!NO_TYPE.includes(defaultQueueType) && !isQueueTypeName(defaultQueueType!)) {
    throw metadata!.problem("default_queue_type", `${defaultQueueType} is not a valid queue type`);
  }
  return {
    description: object.optionalText("description") ?? metadata?.optionalText("description") ?? "",
    tags: object.words("tags") ?? metadata?.words("tags") ?? [],
    defaultQueueType: NO_TYPE.includes(defaultQueueType) ? "" : defaultQueueType!,
    protectedFromDeletion: metadata?.boolean("protected_from_deletion", false) ?? false,
  };
}

/**
 * Adds a virtual host, with full permissions for a user who adds it, or changes the metadata of an existing one
 * (RabbitMQ: `put_vhost`).
 */
export function putVhost(
  { node, actor }: Pick<Draft, "node" | "actor">,
  name: string,
  metadata: Metadata,
): VirtualHost {
  const existing = node.vhosts.get(name);
  if (existing === undefined) {
    const vhost = node.addVirtualHost(name, metadata, actor);
    const { user } = actor;
    const mayNeedPermissions = actor !== INTERNAL && node.topology.users.users.has(user);
    if (mayNeedPermissions) {
      node.topology.userCommands.setPermission({ user, vhost: name, ...FULL_PERMISSIONS }, actor);
    }
    return vhost;
  }
  const before = existing.metadata.record;
  const isSame = Object.entries(metadata).every(([key, value]) =>
    JSON.stringify(before[key as keyof Metadata]) === JSON.stringify(value)
  );
  if (!isSame) existing.metadata.update(metadata, actor);
  return existing;
}

/** Turns the firehose on or off, unless it is so already. */
export function setTracing(node: Draft["node"], vhost: VirtualHost, isOn: boolean): void {
  if (isOn !== (vhost.firehose !== undefined)) vhost.trace(isOn ? new Firehose(node, vhost) : undefined);
}

/** Writes the metadata of a virtual host as RabbitMQ does, always with the default queue type. */
export function metadataJson({ metadata, host }: VirtualHost): string {
  return objectJson([
    ["description", textJson(metadata.description)],
    ["tags", JSON.stringify(metadata.tags)],
    ["default_queue_type", textJson(metadata.defaultQueueType ?? host.defaultQueueType)],
    ["protected_from_deletion", metadata.isProtectedFromDeletion ? "true" : undefined],
  ]);
}
