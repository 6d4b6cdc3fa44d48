import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { type BrokerUnderTest, productUnderTest } from "../broker_under_test.ts";

/** A user that a test needs, with its permissions in `/`. */
export interface UserUnderTest {
  readonly name: string;
  /** Default: `crunch`. */
  readonly password?: string;
  /** The hash of its password, when that is not given. */
  readonly hash?: { readonly base64: string; readonly algorithm: string };
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** Its permissions for routing keys of the exchange `amq.topic`. Default: none. */
  readonly topic?: { readonly write: string; readonly read: string };
}

/**
 * True where tests can create users, which AMQP can't. For RabbitMQ, RABBITMQCTL is the command that reaches it, such
 * as `rabbitmqctl -n rabbit@localhost`.
 */
export const canMakeUsers = productUnderTest === "haremq" || process.env.RABBITMQCTL !== undefined;

export async function makeUsers(broker: BrokerUnderTest, users: readonly UserUnderTest[]): Promise<void> {
  if (broker.embedded === undefined) return await makeUsersOfRabbitMQ(users);
  for (const { name, password = "crunch", hash, topic, ...permissions } of users) {
    if (hash === undefined) await broker.embedded.users.add({ name, password });
    else {
      const kept = {
        passwordHash: new Uint8Array(Buffer.from(hash.base64, "base64")),
        hashingAlgorithm: hash.algorithm,
      };
      broker.embedded.node.topology.userCommands.put({ user: name, tags: [], ...kept });
    }
    await broker.embedded.users.permit(name, "/", permissions);
    if (topic !== undefined) await broker.embedded.users.permitTopic(name, "/", "amq.topic", topic);
  }
}

async function makeUsersOfRabbitMQ(users: readonly UserUnderTest[]): Promise<void> {
  const call = (name: string, ...texts: readonly string[]) =>
    `rabbit_auth_backend_internal:${name}(${[...texts, "test"].map(binary).join(", ")})`;
  const put = (name: string, { base64, algorithm }: NonNullable<UserUnderTest["hash"]>) => {
    const facts = { name, password_hash: base64, hashing_algorithm: algorithm, tags: "" };
    const pairs = Object.entries(facts).map(([key, value]) => `${key} => ${binary(value)}`);
    return `rabbit_auth_backend_internal:put_user(#{${pairs.join(", ")}}, ${binary("test")})`;
  };
  const calls = users.flatMap(({ name, password = "crunch", hash, configure, write, read, topic }) => [
    hash === undefined ? call("add_user", name, password) : put(name, hash),
    call("set_permissions", name, "/", configure, write, read),
    ...(topic === undefined ? [] : [call("set_topic_permissions", name, "/", "amq.topic", topic.write, topic.read)]),
  ]);
  await evaluate(calls.join(", "));
}

const binary = (text: string): string => `<<${JSON.stringify(text)}/utf8>>`;

/** Evaluates an expression of Erlang in RabbitMQ. */
async function evaluate(expression: string): Promise<void> {
  const [command, ...args] = process.env.RABBITMQCTL!.split(" ");
  const { stdout } = await promisify(execFile)(command, [...args, "eval", `${expression}, ok.`]);
  if (!/^ok\s*$/.test(stdout)) throw new Error(`rabbitmqctl answered ${stdout}`);
}

/** Administrative commands for users and virtual hosts, which AMQP has no methods for. */
type Administration = Readonly<Record<string, (broker: BrokerUnderTest, ...names: string[]) => Promise<unknown>>>;

export const administration = {
  deleteUser: (broker, user) =>
    broker.embedded?.users.delete(user) ??
      evaluate(`rabbit_auth_backend_internal:delete_user(${binary(user)}, ${binary("test")})`),
  changePassword: (broker, user, password) =>
    broker.embedded?.users.add({ name: user, password }) ??
      evaluate(
        `rabbit_auth_backend_internal:change_password(${binary(user)}, ${binary(password)}, ${binary("test")})`,
      ),
  clearPermissions: (broker, user, vhost) =>
    broker.embedded?.users.forbid(user, vhost) ??
      evaluate(
        `rabbit_auth_backend_internal:clear_permissions(${binary(user)}, ${binary(vhost)}, ${binary("test")})`,
      ),
  async addVirtualHost(broker, vhost, user) {
    if (broker.embedded === undefined) {
      const permissions = [user, vhost, ".*", ".*", ".*", "test"].map(binary).join(", ");
      const add = `rabbit_vhost:add(${binary(vhost)}, ${binary("test")})`;
      return await evaluate(`${add}, rabbit_auth_backend_internal:set_permissions(${permissions})`);
    }
    broker.embedded.vhost(vhost);
    await broker.embedded.users.permit(user, vhost);
  },
  deleteVirtualHost(broker, vhost) {
    if (broker.embedded === undefined) return evaluate(`rabbit_vhost:delete(${binary(vhost)}, ${binary("test")})`);
    const deleted = broker.embedded.node.deleteVirtualHost(vhost);
    broker.embedded.node.endTurn();
    return deleted;
  },
} satisfies Administration;
