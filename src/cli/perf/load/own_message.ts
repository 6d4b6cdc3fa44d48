import { ByteWriter } from "../../../wire/byte_writer.ts";
import { EMPTY_TABLE } from "../../../wire/field_table.ts";
import { PropertiesView } from "../../../wire/properties.ts";
import { writeLong } from "./connection.ts";
import {
  BODY_MIN_BYTES,
  type Envelope,
  NUMBER_OFFSET,
  PUBLISHER_OFFSET,
  publishFrame,
  SENT_AT_OFFSET,
  writeContent,
} from "./message.ts";

/** Bodies that are somebody's own, so that not they but a header carries number and time. */
export interface OwnBodies {
  readonly all: readonly Uint8Array[];
  /** True when a message takes any of them; otherwise messages take them in turn. */
  readonly areRandom: boolean;
  readonly contentType: string | undefined;
}

/** Header that holds what the start of other bodies does. */
const MARK = "perf-test";
const BUFFER_BYTES = 128 * 1024;

/** The header and body of a message, ready to be sent, and the place of its mark. */
interface Content {
  readonly bytes: Uint8Array;
  readonly markOffset: number;
}

/** Puts messages with own bodies together, from parts that are encoded once. */
export class OwnMessages {
  readonly #methods: readonly Uint8Array[];
  readonly #contents: readonly Content[];
  readonly #areRandom: boolean;
  #buffer = new Uint8Array(BUFFER_BYTES);
  #length = 0;

  constructor(bodies: OwnBodies, envelope: Omit<Envelope, "routingKey">, routingKeys: readonly string[]) {
    const { all, areRandom, contentType } = bodies;
    const properties = { ...contentType === undefined ? {} : { contentType }, ...envelope.properties };
    this.#methods = routingKeys.map((routingKey) => publishFrame({ ...envelope, routingKey }));
    this.#contents = all.map((body) => encodeContent({ ...envelope, properties }, body));
    this.#areRandom = areRandom;
  }

  /** Size of the messages since the last {@linkcode take}. In bytes. */
  get length(): number {
    return this.#length;
  }

  /** Adds the message with an index among the publisher's, for the routing key at `key`. */
  add(index: number, key: number, publisher: number, number: number, sentAt: number): void {
    const contents = this.#contents;
    const chosen = this.#areRandom ? Math.floor(Math.random() * contents.length) : index % contents.length;
    const { bytes, markOffset } = contents[chosen];
    this.#append(this.#methods[key]);
    const mark = this.#length + markOffset;
    this.#append(bytes);
    writeLong(this.#buffer, mark + PUBLISHER_OFFSET, publisher);
    writeLong(this.#buffer, mark + NUMBER_OFFSET, number);
    writeLong(this.#buffer, mark + SENT_AT_OFFSET, sentAt);
  }

  /** Returns the messages, which are valid until the next {@linkcode add}. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(length * 2);
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }
}

function encodeContent(envelope: Omit<Envelope, "routingKey">, body: Uint8Array): Content {
  const encode = (filling: number): Uint8Array => {
    const value = new Uint8Array(BODY_MIN_BYTES).fill(filling);
    const headers = new Map([...envelope.properties?.headers ?? EMPTY_TABLE, [MARK, { type: "x", value }] as const]);
    const writer = new ByteWriter(body.length + 256);
    writeContent(writer, { ...envelope, properties: { ...envelope.properties, headers } }, body);
    return writer.written();
  };
  const bytes = encode(0);
  const other = encode(1);
  return { bytes, markOffset: bytes.findIndex((byte, at) => byte !== other[at]) };
}

/** Returns the mark in the payload of a content header, if there is one. */
export function readMark(bytes: Uint8Array, payload: number, payloadEnd: number): Uint8Array | undefined {
  const field = new PropertiesView(bytes, payload, payloadEnd - payload).headers?.get(MARK);
  return field?.type === "x" && field.value.length === BODY_MIN_BYTES ? field.value : undefined;
}
