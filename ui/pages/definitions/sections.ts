/** An object in a list of definitions. */
export type DefinitionsObject = Readonly<Record<string, unknown>>;

/** A list in definitions: what names its objects, and what an import does with them. */
export interface Section {
  readonly name: SectionName;
  /** True when the definitions of a single virtual host have it too. */
  readonly isOfVhost: boolean;
  /** Members that name an object. */
  readonly identity: readonly string[];
  /** True when an import leaves an existing object as it is. */
  readonly keepsExisting?: true;
  /** Returns true for an object that is not imported, as it is the broker's own. */
  readonly isOwn?: (object: DefinitionsObject) => boolean;
  /** Returns the members that an import sets. Default: all. */
  readonly read?: (object: DefinitionsObject) => DefinitionsObject;
}

export type SectionName =
  | "users"
  | "vhosts"
  | "permissions"
  | "topic_permissions"
  | "exchanges"
  | "queues"
  | "bindings"
  | "policies"
  | "parameters"
  | "global_parameters";

const startsWith = (member: string, prefix: string) => (object: DefinitionsObject) =>
  String(object[member] ?? "").startsWith(prefix);

const isOwnName = startsWith("name", "amq.");

/** The lists in definitions, in the order in which they are shown. */
export const SECTIONS: readonly Section[] = [
  { name: "users", isOfVhost: false, identity: ["name"], read: readUser },
  { name: "vhosts", isOfVhost: false, identity: ["name"], read: readVhost },
  { name: "permissions", isOfVhost: false, identity: ["vhost", "user"] },
  { name: "topic_permissions", isOfVhost: false, identity: ["vhost", "user", "exchange"] },
  {
    name: "exchanges",
    isOfVhost: true,
    identity: ["vhost", "name"],
    keepsExisting: true,
    isOwn: (object) => object.name === "" || isOwnName(object),
    read: (object) => ({ durable: true, auto_delete: false, internal: false, arguments: {}, ...object }),
  },
  {
    name: "queues",
    isOfVhost: true,
    identity: ["vhost", "name"],
    keepsExisting: true,
    isOwn: isOwnName,
    read: readQueue,
  },
  {
    name: "bindings",
    isOfVhost: true,
    identity: ["vhost", "source", "destination_type", "destination", "routing_key", "arguments"],
    isOwn: ({ source }) => source === "",
    read: (object) => ({ arguments: {}, ...object }),
  },
  {
    name: "policies",
    isOfVhost: true,
    identity: ["vhost", "name"],
    read: (object) => ({ "apply-to": "all", priority: 0, ...object }),
  },
  { name: "parameters", isOfVhost: true, identity: ["vhost", "component", "name"] },
  {
    name: "global_parameters",
    isOfVhost: false,
    identity: ["name"],
    isOwn: (object) => startsWith("name", "internal")(object) || object.name === "imported_definition_hash_value",
  },
];

/** Without password and hash, a user can't log in by password any more. Older files have tags as text. */
function readUser({ permissions: _, administrator, tags, password, password_hash, ...object }: DefinitionsObject) {
  const isAdministrator = administrator === true || administrator === "true";
  return {
    ...object,
    tags: tags === undefined ? isAdministrator ? ["administrator"] : [] : words(tags),
    ...password === undefined ? { password_hash: password_hash ?? "" } : { password },
  };
}

/** Limits of virtual hosts are parameters. A virtual host without a type has the broker's. */
function readVhost({ name, description, tags, metadata, tracing }: DefinitionsObject): DefinitionsObject {
  const { default_queue_type: type, ...more } = isObject(metadata) ? metadata : {};
  return {
    name,
    description: description ?? more.description ?? "",
    tags: words(tags ?? more.tags ?? []),
    protected_from_deletion: more.protected_from_deletion ?? false,
    ...type === undefined || type === "" || type === "undefined" ? {} : { default_queue_type: type },
    ...tracing === undefined ? {} : { tracing },
  };
}

/** The type of a queue is an argument, which the broker adds where a file lacks it. */
function readQueue({ type, arguments: given, ...object }: DefinitionsObject): DefinitionsObject {
  const { "x-queue-type": named = type, ...others } = isObject(given) ? given : {};
  return {
    durable: true,
    auto_delete: false,
    ...object,
    ...named === undefined ? {} : { type: named },
    arguments: others,
  };
}

const words = (value: unknown): unknown =>
  typeof value === "string" ? value.split(",").map((word) => word.trim()).filter((word) => word !== "") : value;

export const isObject = (value: unknown): value is DefinitionsObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
