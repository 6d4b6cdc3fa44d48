import { MECHANISMS } from "../access/sasl.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { EMPTY_TABLE, type FieldTable } from "../wire/field_table.ts";
import { FRAME_END, FRAME_METHOD } from "./frame.ts";
import { AMQP_0_9_1 } from "./methods.ts";
import type { Protocol } from "./protocol_header.ts";

const encoder = new TextEncoder();

/**
 * The frame of `connection.start` for each protocol. It is the same for all connections and the longest that most of them
 * are sent, so it is made once.
 */
export class ConnectionStart {
  readonly #serverProperties: FieldTable;
  readonly #frames = new Map<Protocol, Uint8Array>();

  constructor(serverProperties: FieldTable) {
    this.#serverProperties = serverProperties;
  }

  frame(protocol: Protocol): Uint8Array {
    let frame = this.#frames.get(protocol);
    if (frame === undefined) this.#frames.set(protocol, frame = this.#encode(protocol));
    return frame;
  }

  #encode({ codec, versionMajor, versionMinor }: Protocol): Uint8Array {
    const serverProperties = new Map(this.#serverProperties);
    // AMQP 0-8 has no booleans in tables: RabbitMQ tells its capabilities to newer clients only.
    if (codec !== AMQP_0_9_1) serverProperties.set("capabilities", { type: "F", value: EMPTY_TABLE });
    const frame = new ByteWriter(1024);
    frame.octet(FRAME_METHOD);
    frame.short(0);
    frame.lengthPrefixed(() =>
      codec.encode(frame, {
        name: "connection.start",
        versionMajor,
        versionMinor,
        serverProperties,
        mechanisms: encoder.encode([...MECHANISMS.keys()].join(" ")),
        locales: encoder.encode("en_US"),
      })
    );
    frame.octet(FRAME_END);
    return frame.written().slice();
  }
}
