import type { Mechanism } from "../access/sasl.ts";
import { ByteWriter } from "../wire/byte_writer.ts";
import { EMPTY_TABLE, type FieldTable } from "../wire/field_table.ts";
import { FRAME_END, FRAME_METHOD } from "./frame.ts";
import { AMQP_0_9_1 } from "./methods.ts";
import type { Protocol } from "./protocol_header.ts";

const encoder = new TextEncoder();

/**
 * The frames of `connection.start`, by protocol and list of mechanisms. A frame is the same for all connections and the
 * longest that most of them receive, so it is made once.
 */
export class ConnectionStart {
  readonly #serverProperties: FieldTable;
  readonly #clusterName: () => string;
  /** Name of the cluster in the frames. */
  #encodedName = "";
  /** By protocol, then by the mechanisms as they are sent. */
  readonly #frames = new Map<Protocol, Map<string, Uint8Array>>();

  constructor(serverProperties: FieldTable, clusterName: () => string) {
    this.#serverProperties = serverProperties;
    this.#clusterName = clusterName;
  }

  frame(protocol: Protocol, offered: readonly Mechanism[]): Uint8Array {
    const clusterName = this.#clusterName();
    if (clusterName !== this.#encodedName) this.#frames.clear();
    this.#encodedName = clusterName;
    const mechanisms = offered.map(({ name }) => name).join(" ");
    let frames = this.#frames.get(protocol);
    if (frames === undefined) this.#frames.set(protocol, frames = new Map());
    let frame = frames.get(mechanisms);
    if (frame === undefined) frames.set(mechanisms, frame = this.#encode(protocol, mechanisms));
    return frame;
  }

  #encode({ codec, versionMajor, versionMinor }: Protocol, mechanisms: string): Uint8Array {
    const serverProperties = new Map(this.#serverProperties);
    serverProperties.set("cluster_name", { type: "S", value: this.#encodedName });
    // AMQP 0-8 has no booleans in tables, so RabbitMQ tells only newer clients about its capabilities.
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
        mechanisms: encoder.encode(mechanisms),
        locales: encoder.encode("en_US"),
      })
    );
    frame.octet(FRAME_END);
    return frame.written().slice();
  }
}
