import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { type BrokerUnderTest, productUnderTest } from "../broker_under_test.ts";

/** A user that a test needs, with its permissions in `/`. */
export interface UserUnderTest {
  readonly name: string;
  /** Default: `crunch`. */
  readonly password?: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** Its permissions for routing keys of the exchange `amq.topic`. Default: it has none set. */
  readonly topic?: { readonly write: string; readonly read: string };
}

/**
 * True where tests can make users: AMQP has no words for that. Of a RabbitMQ they have to be told by RABBITMQCTL how to
 * reach it, such as `rabbitmqctl -n rabbit@localhost`.
 */
export const canMakeUsers = productUnderTest === "haremq" || process.env.RABBITMQCTL !== undefined;

export async function makeUsers(broker: BrokerUnderTest, users: readonly UserUnderTest[]): Promise<void> {
  if (broker.embedded === undefined) return await makeUsersOfRabbitMQ(users);
  for (const { name, password = "crunch", topic, ...permissions } of users) {
    await broker.embedded.users.add({ name, password });
    await broker.embedded.users.permit(name, "/", permissions);
    if (topic !== undefined) await broker.embedded.users.permitTopic(name, "/", "amq.topic", topic);
  }
}

async function makeUsersOfRabbitMQ(users: readonly UserUnderTest[]): Promise<void> {
  const binary = (text: string) => `<<${JSON.stringify(text)}/utf8>>`;
  const call = (name: string, ...texts: readonly string[]) =>
    `rabbit_auth_backend_internal:${name}(${[...texts, "test"].map(binary).join(", ")})`;
  const calls = users.flatMap(({ name, password = "crunch", configure, write, read, topic }) => [
    call("add_user", name, password),
    call("set_permissions", name, "/", configure, write, read),
    ...(topic === undefined ? [] : [call("set_topic_permissions", name, "/", "amq.topic", topic.write, topic.read)]),
  ]);
  const [command, ...args] = process.env.RABBITMQCTL!.split(" ");
  const { stdout } = await promisify(execFile)(command, [...args, "eval", `${calls.join(", ")}.`]);
  if (!/^ok\s*$/.test(stdout)) throw new Error(`rabbitmqctl answered ${stdout}`);
}
