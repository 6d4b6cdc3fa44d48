import { ANY_VERSION } from "../../broker/compat/behaviour.ts";

/** Version of RabbitMQ whose commands these are. */
export const VERSION = ANY_VERSION.productVersion;
