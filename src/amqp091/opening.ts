import type { Peer } from "../access/access.ts";
import type { MethodId } from "../wire/error.ts";
import type { Origin } from "../broker/session/session.ts";
import type { Client } from "./client.ts";
import type { ConnectionHost } from "./connection_host.ts";
import { notifyLogin } from "./connection_events.ts";
import type { ConnectionLog } from "./connection_log.ts";
import { type Agreement, Handshake, LoginRefused, offeredTo, type Step } from "./handshake.ts";
import type { Method, MethodCodec } from "./methods.ts";
import type { Output } from "./output.ts";
import {
  describeStart,
  isProtocolName,
  PROTOCOL_HEADER,
  PROTOCOL_HEADER_BYTES,
  protocolOf,
} from "./protocol_header.ts";

const START_OK: MethodId = [10, 11];
const OPEN: MethodId = [10, 40];

/** The connection that is opened. */
export interface OpeningConnection {
  readonly host: ConnectionHost;
  readonly origin: Origin;
  readonly peer: Peer;
  readonly client: Client;
  readonly output: Output;
  readonly log: ConnectionLog;
  /** False once the connection is closed, also by the other side. */
  isOpening(): boolean;
  /** The client has sent a header: the handshake begins, in the protocol's codec. */
  begin(codec: MethodCodec): void;
  send(method: Method): void;
  /** The largest frame is agreed on. In bytes; 0 is any size. */
  limitFrames(frameMax: number): void;
  /** Makes the next frame wait for a method that is answered later. */
  await(done: Promise<void>, method: MethodId): void;
  open(agreement: Agreement): void;
  refuse(error: LoginRefused): void;
  /** Ends the connection of a client that speaks no AMQP. */
  linger(): void;
}

/** A connection before it is open: the protocol header, the login, and the choice of the virtual host. */
export class Opening {
  readonly #connection: OpeningConnection;
  #header = new Uint8Array(0);
  #handshake: Handshake | undefined;

  constructor(connection: OpeningConnection) {
    this.#connection = connection;
  }

  /** Handles the protocol header, which may come in several chunks. Returns where it ends in this one. */
  receiveHeader(chunk: Uint8Array, at: number): number {
    const { client, host, log, origin, output, peer } = this.#connection;
    const end = Math.min(chunk.length, at + PROTOCOL_HEADER_BYTES - this.#header.length);
    const header = new Uint8Array(this.#header.length + end - at);
    header.set(this.#header);
    header.set(chunk.subarray(at, end), this.#header.length);
    this.#header = header;
    if (header.length < PROTOCOL_HEADER_BYTES && isProtocolName(header)) return end;
    log.accepting();
    const protocol = protocolOf(header);
    if (protocol === undefined) {
      origin.log("warning", `refused: it does not begin with an AMQP header but with ${describeStart(header)}`);
      output.raw(PROTOCOL_HEADER);
      this.#connection.linger();
      return chunk.length;
    }
    const { mechanisms, node, options, start } = host;
    const send = (method: Method) => this.#connection.send(method);
    this.#handshake = new Handshake({ access: node.access, mechanisms, node, options, peer, client, send });
    this.#connection.begin(protocol.codec);
    output.raw(start.frame(protocol, offeredTo(peer, mechanisms)));
    return end;
  }

  /** Handles a method of the handshake. Throws the error that closes the connection. */
  handle(method: Method): void {
    let step: Step | Promise<Step>;
    try {
      step = this.#handshake!.handle(method);
    } catch (error) {
      if (error instanceof LoginRefused) return this.#refuse(error);
      throw error;
    }
    if (step instanceof Promise) {
      this.#connection.await(this.#awaitStep(step, method), method.name === "connection.open" ? OPEN : START_OK);
    } else this.#take(step, method);
  }

  async #awaitStep(step: Promise<Step>, method: Method): Promise<void> {
    try {
      const taken = await step;
      // The client may have left meanwhile.
      if (this.#connection.isOpening()) this.#take(taken, method);
    } catch (error) {
      if (error instanceof LoginRefused) this.#refuse(error);
      else throw error;
    }
  }

  #take(step: Step, method: Method): void {
    const { client, host, log, origin } = this.#connection;
    const { events } = host.node;
    if (method.name === "connection.tune-ok") this.#connection.limitFrames(method.frameMax);
    if (step === "authenticated") log.named();
    if (step === "authenticated" && events !== undefined) notifyLogin(events, origin, client.user!.name);
    else if (typeof step === "object") this.#connection.open(step);
  }

  #refuse(error: LoginRefused): void {
    const { host, log, origin } = this.#connection;
    const { events } = host.node;
    log.refused(error.message);
    if (events !== undefined) notifyLogin(events, origin, error.username, error);
    this.#connection.refuse(error);
  }
}
