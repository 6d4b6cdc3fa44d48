import { type Command, execute } from "../command.ts";
import { python } from "../pytest.ts";
import type { Address, Check } from "../suite.ts";

/** Names of everything that the checks make. */
const VHOST = "interop";
const USER = "interop-user";

/** Makes checks of the `rabbitmqadmin` that RabbitMQ 3 serves: a Python script over the management API. */
export function rabbitmqadminChecks(script: string): Record<string, Check> {
  const checks: Record<string, (admin: Admin) => Promise<void>> = {
    "declares and lists virtual hosts, users and permissions": async (admin) => {
      await admin.prints("vhost declared", "declare", "vhost", `name=${VHOST}`);
      await admin.prints("user declared", "declare", "user", `name=${USER}`, "password=p", "tags=management");
      for (const user of ["guest", USER]) {
        const patterns = ["configure=.*", "write=.*", "read=.*"];
        await admin.prints(
          "permission declared",
          "declare",
          "permission",
          `vhost=${VHOST}`,
          `user=${user}`,
          ...patterns,
        );
      }
      await admin.prints(`${VHOST}\t${USER}`, "-f", "tsv", "list", "permissions", "vhost", "user");
      await admin.as(USER).prints(VHOST, "-f", "tsv", "list", "vhosts", "name");
    },
    "declares and lists exchanges, queues and bindings": async (admin) => {
      await admin.prints("exchange declared", "declare", "exchange", "name=orders", "type=topic");
      const lengthLimit = 'arguments={"x-max-length":10}';
      await admin.prints("queue declared", "declare", "queue", "name=all", "durable=true", lengthLimit);
      await admin.prints("queue declared", "declare", "queue", "name=replicated", "queue_type=quorum");
      const binding = ["source=orders", "destination_type=queue", "destination=all", "routing_key=#"];
      await admin.prints("binding declared", "declare", "binding", ...binding);
      await admin.prints("orders\ttopic", "-f", "tsv", "list", "exchanges", "name", "type");
      await admin.prints("all\tTrue", "-f", "tsv", "list", "queues", "name", "durable");
      await admin.prints("orders\tall\t#", "-f", "tsv", "list", "bindings", "source", "destination", "routing_key");
    },
    "publishes, gets and purges messages": async (admin) => {
      await admin.prints("Message published", "publish", "exchange=orders", "routing_key=eu.1", "payload=hello");
      await admin.prints(
        "Message published but NOT routed",
        "publish",
        "exchange=amq.direct",
        "routing_key=nowhere",
        "payload=lost",
      );
      await admin.prints("eu.1\torders\t0\thello", "-f", "tsv", "get", "queue=all", "ackmode=ack_requeue_true");
      await admin.prints("hello", "get", "queue=all", "ackmode=ack_requeue_false");
      await admin.prints("Message published", "publish", "exchange=orders", "routing_key=eu.2", "payload=again");
      await admin.prints("queue purged", "purge", "queue", "name=all");
      await admin.prints("No items", "get", "queue=all");
    },
    "declares and lists policies, parameters and limits": async (admin) => {
      const policy = ["name=short", "pattern=^all", 'definition={"max-length":5}', "apply-to=queues"];
      await admin.prints("policy declared", "declare", "policy", ...policy);
      await admin.prints("short\t^all", "-f", "tsv", "list", "policies", "name", "pattern");
      const operatorPolicy = ["name=shorter", "pattern=^all", 'definition={"max-length":4}'];
      await admin.prints("operator_policy declared", "declare", "operator_policy", ...operatorPolicy);
      const limit = [`vhost=${VHOST}`, "name=max-queues", "value=50"];
      await admin.prints("vhost_limit declared", "declare", "vhost_limit", ...limit);
      await admin.prints(VHOST, "-f", "tsv", "list", "vhost_limits");
    },
    "shows the overview, nodes, connections, channels and consumers": async (admin) => {
      await admin.prints("rabbitmq_version", "-f", "kvp", "show", "overview");
      await admin.prints("True", "-f", "tsv", "list", "nodes", "name", "running");
      for (const what of ["connections", "channels", "consumers"]) await admin.prints("", "list", what);
    },
    "prints tables, long lists and JSON": async (admin) => {
      await admin.prints("| all ", "list", "queues", "name", "durable");
      await admin.prints("name: all", "-f", "long", "list", "queues", "name", "durable");
      await admin.prints('"name": "all"', "-f", "pretty_json", "list", "queues", "name");
      await admin.prints("all replicated", "-f", "bash", "-S", "name", "list", "queues");
    },
    "exports and imports definitions": async (admin) => {
      const file = await Deno.makeTempFile({ suffix: ".json" });
      try {
        await admin.prints("Exported definitions", "export", file);
        await admin.prints("queue deleted", "delete", "queue", "name=all");
        await admin.prints("Uploaded definitions", "import", file);
        await admin.prints("orders\tall", "-f", "tsv", "list", "bindings", "source", "destination");
      } finally {
        await Deno.remove(file);
      }
    },
    "fails with the broker's reason": async (admin) => {
      await admin.fails("inequivalent arg 'type'", "declare", "exchange", "name=orders", "type=fanout");
      await admin.fails("Not found: ", "delete", "queue", "name=nothing");
      await admin.as("nobody").fails("Access refused", "list", "queues");
    },
    "deletes everything again": async (admin) => {
      await admin.prints("policy deleted", "delete", "policy", "name=short");
      await admin.prints("queue deleted", "delete", "queue", "name=replicated");
      await admin.prints("exchange deleted", "delete", "exchange", "name=orders");
      await admin.prints("user deleted", "delete", "user", `name=${USER}`);
      await admin.prints("vhost deleted", "delete", "vhost", `name=${VHOST}`);
    },
  };
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [name, (address: Address) => check(new Admin(script, address))]),
  );
}

/** The script, with the login of a user. */
class Admin {
  readonly #script: string;
  readonly #address: Address;
  readonly #user: string;

  constructor(script: string, address: Address, user = "guest") {
    this.#script = script;
    this.#address = address;
    this.#user = user;
  }

  as(user: string): Admin {
    return new Admin(this.#script, this.#address, user);
  }

  async prints(expected: string, ...args: string[]): Promise<void> {
    const { succeeded, output } = await this.#run(args);
    if (!succeeded || !output.includes(expected)) throw new Error(`${args.join(" ")} printed ${output}`);
  }

  async fails(expected: string, ...args: string[]): Promise<void> {
    const { succeeded, output } = await this.#run(args);
    if (succeeded || !output.includes(expected)) throw new Error(`${args.join(" ")} did not fail: ${output}`);
  }

  #run(args: string[]): Promise<{ succeeded: boolean; output: string }> {
    if (this.#address.managementUrl === undefined) throw new Error("MANAGEMENT_URL has to tell of the management API");
    const { hostname, port } = new URL(this.#address.managementUrl);
    const password = this.#user === USER ? "p" : "guest";
    const vhost = args[1] === "vhost" || args.includes("vhosts") ? [] : ["-V", VHOST];
    const login = ["-H", hostname, "-P", port, "-u", this.#user, "-p", password];
    const command: Command = [python, this.#script, ...login, ...vhost, ...args];
    return execute(command);
  }
}
