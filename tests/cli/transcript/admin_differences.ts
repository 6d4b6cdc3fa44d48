import type { Difference } from "./differences.ts";

/** Commands of `rabbitmqadmin` whose output differs from RabbitMQ's. What HareMQ writes is in `haremq_admin.transcript`. */
export const ADMIN_DIFFERENCES: readonly Difference[] = [
  {
    because: "HareMQ behaves like RabbitMQ 4.2 where nothing else is configured, and the recording is of 3.10.",
    commands: ["rabbitmqadmin --version"],
  },
  {
    because: "RabbitMQ 4 answers 404 for an exchange that does not exist, and 3.10 answers 400.",
    commands: ["rabbitmqadmin -P $HTTP_PORT publish exchange=nowhere routing_key=a payload=b"],
  },
  {
    because: "The script of RabbitMQ 3.10 fails with a trace of its calls.",
    commands: [
      "rabbitmqadmin -P $HTTP_PORT -f nonsense list users",
      "rabbitmqadmin -P $HTTP_PORT get queue=quiet ackmode=nonsense",
    ],
  },
  {
    because: "RabbitMQ 3.10 writes the text of this answer for HTML.",
    commands: [`rabbitmqadmin -P $HTTP_PORT declare policy name=bad pattern=^hello 'definition={"nonsense":1}'`],
  },
  {
    because: "RabbitMQ counts the messages of a quorum queue only some time after it was declared.",
    commands: [
      "rabbitmqadmin -P $HTTP_PORT list queues",
      "rabbitmqadmin -P $HTTP_PORT -q list queues",
      "rabbitmqadmin -P $HTTP_PORT -f tsv list queues",
    ],
  },
  {
    because: "As in RabbitMQ 4, the type is among the arguments of each queue.",
    commands: ["rabbitmqadmin -P $HTTP_PORT -f pretty_json -V shop list queues name durable arguments"],
  },
  {
    because: "HareMQ sorts bindings. RabbitMQ lists them as its tables in memory happen to have them.",
    commands: [
      "rabbitmqadmin -P $HTTP_PORT list bindings",
      "rabbitmqadmin -P $HTTP_PORT -f kvp list bindings source destination destination_type routing_key properties_key",
    ],
  },
  {
    because: "HareMQ says which field is wrong, or where the text is.",
    commands: [
      "rabbitmqadmin -P $HTTP_PORT publish routing_key=quiet payload=x payload_encoding=nonsense",
      "rabbitmqadmin -P $HTTP_PORT get queue=quiet count=many",
      "rabbitmqadmin -P $HTTP_PORT import broken.json",
    ],
  },
];
