import { CLIENT_PROPERTIES, HEADER_0_9_1, methodFrame, plainResponse } from "../frames.ts";

/** The writes of a client that consumes from queue q without acknowledging. It need not wait for the answers. */
export const frames: readonly Uint8Array[] = [
  HEADER_0_9_1,
  methodFrame(0, "connection.start-ok", {
    clientProperties: CLIENT_PROPERTIES,
    mechanism: "PLAIN",
    response: plainResponse("guest", "guest"),
    locale: "en_US",
  }),
  methodFrame(0, "connection.tune-ok", { channelMax: 2047, frameMax: 131_072, heartbeat: 0 }),
  methodFrame(0, "connection.open", { virtualHost: "/" }),
  methodFrame(1, "channel.open"),
  methodFrame(1, "basic.consume", { queue: "q", noAck: true }),
];
