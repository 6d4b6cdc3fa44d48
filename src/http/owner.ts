import type { User } from "../access/access.ts";

/** The owner of the broker's data folder, by the name that RabbitMQ's command-line tools have in events. */
export const OWNER: User = { name: "rmq-cli", tags: ["administrator"] };
