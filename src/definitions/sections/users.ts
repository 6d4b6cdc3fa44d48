import { base64Of } from "../../wire/base64.ts";
import {
  DEFAULT_HASHING_ALGORITHM,
  HASHING_ALGORITHMS,
  type HashingAlgorithm,
  hashLength,
  isHashingAlgorithm,
  LEGACY_HASHING_ALGORITHM,
  verifyPassword,
} from "../../access/password.ts";
import { type KeptPassword, PasswordError } from "../../access/new_password.ts";
import { isMap } from "../../broker/policy/parameter_validation.ts";
import type { UserRecord } from "../../store/topology_record.ts";
import { isSamePassword } from "../../broker/topology/user_commands.ts";
import type { Draft } from "../draft.ts";
import { byCodeUnits, objectJson, textJson } from "../json/write_json.ts";
import type { ObjectReader } from "../object_reader.ts";
import type { Change, DefinitionsSection, ExportScope } from "../section.ts";
import { readPattern } from "./permissions.ts";

/** Maximum number of a user's tags (RabbitMQ: `MAX_USER_TAGS`). */
const TAGS_MAX = 32;

/** Pattern of versions that hash with MD5 without saying so. */
const LEGACY_VERSION = /^3\.[0-5]\./;
const FIRST_SHA256_VERSION = "3.6.0";

/** The internal users (RabbitMQ: `put_user`). One without password and hash can't log in by password. */
export const users: DefinitionsSection = {
  name: "users",
  isOfVhost: false,
  keys: new Set([
    "name",
    "password",
    "password_hash",
    "hashing_algorithm",
    "tags",
    "administrator",
    "limits",
    "permissions",
  ]),
  check(object, draft) {
    const { node, actor } = draft;
    const name = object.text("name");
    if (name === "") throw object.problem("name", "a name is not empty");
    const tags = readTags(object);
    const record: UserRecord = { user: name, tags, ...readPassword(object, draft, name) };
    const limits = readLimits(object, draft, name);
    const permissions = readPermissions(object, draft, name);
    draft.addUser(name);
    return () => {
      const existing = node.topology.users.users.get(name);
      if (existing === undefined || !isSameUser(existing, record)) node.topology.userCommands.put(record, actor);
      if (existing === undefined) permissions?.();
      limits?.();
    };
  },
  *write({ node }: ExportScope) {
    const all = [...node.topology.users.users.values()].sort((a, b) => byCodeUnits(a.user, b.user));
    for (const { user, passwordHash, hashingAlgorithm, tags } of all) {
      yield objectJson([
        ["name", textJson(user)],
        ["password_hash", textJson(base64Of(passwordHash))],
        ["hashing_algorithm", textJson(hashingAlgorithm)],
        ["tags", JSON.stringify(tags)],
        ["limits", JSON.stringify(node.userLimits.get(user))],
      ]);
    }
  },
};

const isSameUser = (a: UserRecord, b: UserRecord): boolean =>
  isSamePassword(a, b) && JSON.stringify(a.tags) === JSON.stringify(b.tags);

function readTags(object: ObjectReader): string[] {
  const tags = object.words("tags");
  const isAdministrator = object.value("administrator");
  if (tags === undefined && isAdministrator === undefined) throw object.problem("tags", "this key is missing");
  if (tags === undefined) return [true, "true"].includes(isAdministrator as string | boolean) ? ["administrator"] : [];
  if (tags.length > TAGS_MAX) throw object.problem("tags", `a user has no more than ${TAGS_MAX} tags`);
  return tags;
}

function readPassword(object: ObjectReader, draft: Draft, name: string): KeptPassword {
  const password = object.optionalText("password");
  const hash = object.optionalText("password_hash");
  if (password !== undefined && hash !== undefined) {
    throw object.problem([], "both password and password_hash are provided");
  }
  const algorithm = readAlgorithm(object, draft);
  if (password === undefined) {
    return { passwordHash: readHash(object, hash ?? "", algorithm), hashingAlgorithm: algorithm };
  }
  const existing = draft.node.topology.users.users.get(name);
  if (existing !== undefined && existing.passwordHash.length > 0 && isHashingAlgorithm(existing.hashingAlgorithm)) {
    const { passwordHash, hashingAlgorithm } = existing;
    if (verifyPassword(passwordHash, password, hashingAlgorithm)) return { passwordHash, hashingAlgorithm };
  }
  try {
    return draft.newPasswords.keep(name, password);
  } catch (error) {
    throw error instanceof PasswordError ? object.problem("password", error.message) : error;
  }
}

function readAlgorithm(object: ObjectReader, { version = "", newPasswords }: Draft): HashingAlgorithm {
  const algorithm = object.optionalText("hashing_algorithm");
  if (algorithm === undefined) {
    if (LEGACY_VERSION.test(version)) return LEGACY_HASHING_ALGORITHM;
    return version === FIRST_SHA256_VERSION ? DEFAULT_HASHING_ALGORITHM : newPasswords.hashingAlgorithm;
  }
  if (isHashingAlgorithm(algorithm)) return algorithm;
  throw object.problem("hashing_algorithm", `this is one of ${HASHING_ALGORITHMS.join(", ")}`);
}

function readHash(object: ObjectReader, hash: string, algorithm: HashingAlgorithm): Uint8Array {
  const bytes = bytesOf(hash);
  if (bytes === undefined) throw object.problem("password_hash", "this is no base64");
  if (bytes.length > 0 && bytes.length !== hashLength(algorithm)) {
    object.notice("password_hash", `this is no hash of ${algorithm}, so that nobody can log in with it`);
  }
  return bytes;
}

/** Returns the bytes of base64; `undefined` for what is none. Unlike `atob` it needs the padding, as RabbitMQ does. */
function bytesOf(base64: string): Uint8Array | undefined {
  if (base64.replace(/\s/g, "").length % 4 !== 0) return undefined;
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Adds the limits in the file to those of a user. */
function readLimits(object: ObjectReader, { node, actor }: Draft, name: string): Change | undefined {
  const limits = object.json("limits") ?? {};
  const [problem] = node.userLimits.findProblems(limits);
  if (problem !== undefined) throw object.problem("limits", problem.text);
  if (!isMap(limits) || Object.keys(limits).length === 0) return undefined;
  return () => {
    const before = node.userLimits.get(name);
    const after = { ...before, ...limits };
    if (JSON.stringify(after) !== JSON.stringify(before)) node.userLimits.set(name, after, actor);
  };
}

/** Reads the permissions of a new user in virtual hosts that exist already. */
function readPermissions(object: ObjectReader, { node, actor }: Draft, user: string): Change | undefined {
  const permissions = object.object("permissions");
  const records = permissions?.keys.map((vhost) => {
    const patterns = permissions.object(vhost);
    if (patterns === undefined || !node.vhosts.has(vhost)) {
      throw permissions.problem(vhost, `vhost '${vhost}' does not exist`);
    }
    const [configure, write, read] = ["configure", "write", "read"].map((key) => readPattern(patterns, key));
    return { user, vhost, configure, write, read };
  });
  return records && (() => {
    for (const record of records) node.topology.userCommands.setPermission(record, actor);
  });
}
