import {
  type Access,
  type Answer,
  type Decision,
  isPermitted,
  type Peer,
  type User,
  withReason,
} from "../access/access.ts";
import { then } from "../access/answer.ts";
import type { Authentication, Mechanism, SaslResult } from "../access/sasl.ts";
import {
  channelError,
  commandInvalid,
  type ConnectionError,
  loginRefused,
  type MethodId,
  notAllowed,
} from "../wire/error.ts";
import type { Client } from "./client.ts";
import type { Method, MethodOf } from "./methods.ts";
import type { Node } from "../broker/node/node.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { ConnectionOptions } from "./options.ts";

/** The parts of a connection that its handshake uses. */
export interface HandshakeHost {
  readonly node: Node;
  readonly access: Access;
  readonly mechanisms: readonly Mechanism[];
  readonly options: ConnectionOptions;
  readonly peer: Peer;
  /** Learns of the client during the handshake. */
  readonly client: Client;
  send(method: Method): void;
}

/** The result of tuning and opening a connection. */
export interface Agreement {
  readonly user: User;
  readonly vhost: VirtualHost;
  /** In bytes; 0 is any size. */
  readonly frameMax: number;
  /** 0 is any number. */
  readonly channelMax: number;
  /** 0 is none. */
  readonly heartbeatSeconds: number;
}

type State = "starting" | "securing" | "tuning" | "opening";

/** The result of a method of the handshake. */
export type Step = "continued" | "authenticated" | Agreement;

/** State while the last method is not answered; nothing else may be handled then. */
const WAITING = "waiting";

/**
 * The steps from `connection.start-ok` to `connection.open` (AMQP 0-9-1 §2.2.4). Each step waits for one method of the
 * client; the connection is open when {@linkcode handle} has returned an agreement.
 */
export class Handshake {
  readonly #host: HandshakeHost;
  #state: State | typeof WAITING = "starting";
  #authentication: Authentication | undefined;
  #tuned: MethodOf<"connection.tune-ok"> | undefined;

  constructor(host: HandshakeHost) {
    this.#host = host;
  }

  /**
   * Handles the next method of the client. While its answer is a promise, nothing else may be handled. Throws, or
   * rejects with, the error that closes the connection.
   */
  handle(method: Method): Answer<Step> {
    if (method.name === "connection.start-ok" && this.#state === "starting") return this.#start(method);
    if (method.name === "connection.secure-ok" && this.#state === "securing") return this.#respond(method.response);
    if (method.name === "connection.tune-ok" && this.#state === "tuning") return this.#tune(method);
    if (method.name === "connection.open" && this.#state === "opening") return this.#open(method);
    throw channelError(`unexpected method in connection state ${this.#state}`);
  }

  #start({ clientProperties, mechanism: name, response }: MethodOf<"connection.start-ok">): Answer<Step> {
    const { access, mechanisms, peer, client } = this.#host;
    client.properties = clientProperties;
    client.mechanism = name;
    const mechanism = offeredTo(peer, mechanisms).find((one) => one.name === name);
    if (mechanism === undefined) throw commandInvalid(`unknown authentication mechanism '${name}'`);
    this.#authentication = mechanism.begin(access, peer);
    return this.#respond(response);
  }

  #respond(response: Uint8Array): Answer<Step> {
    this.#state = WAITING;
    try {
      return then(this.#authentication!.respond(response), (result) => this.#authenticate(result));
    } catch (error) {
      if (!(error instanceof LoginRefused)) this.#count("failed", "");
      throw error;
    }
  }

  #count(outcome: "succeeded" | "failed", username: string): void {
    const { node, peer } = this.#host;
    node.loginAttempts.count(outcome, "amqp091", peer, username);
  }

  #authenticate(result: SaslResult): Step {
    const { client } = this.#host;
    if ("refused" in result) {
      const { username = "", refused } = result;
      this.#count("failed", username);
      throw new LoginRefused(client.mechanism, username, refused);
    }
    if ("challenge" in result) {
      this.#state = "securing";
      this.#host.send({ name: "connection.secure", challenge: result.challenge });
      return "continued";
    }
    const { channelMax, frameMax, heartbeatSeconds: heartbeat } = this.#host.options;
    client.user = result.user;
    this.#count("succeeded", result.user.name);
    this.#state = "tuning";
    this.#host.send({ name: "connection.tune", channelMax, frameMax, heartbeat });
    return "authenticated";
  }

  #tune(method: MethodOf<"connection.tune-ok">): Step {
    const { frameMax, channelMax } = this.#host.options;
    checkTuned("frame_max", method.frameMax, this.#host.node.behaviour.frameMinSize, frameMax);
    checkTuned("channel_max", method.channelMax, 1, channelMax);
    this.#tuned = method;
    this.#state = "opening";
    return "continued";
  }

  #open({ virtualHost }: MethodOf<"connection.open">): Answer<Step> {
    const { node, access, peer } = this.#host;
    const user = this.#host.client.user!;
    if (!node.vhosts.has(virtualHost)) throw notAllowed(`vhost ${virtualHost} not found`);
    node.admission.checkConnection(virtualHost, user.name);
    this.#state = WAITING;
    return then(access.mayOpen(user, virtualHost, { peer }), (decision) => this.#agree(virtualHost, decision));
  }

  #agree(virtualHost: string, decision: Decision): Agreement {
    const user = this.#host.client.user!;
    if (!isPermitted(decision)) {
      throw notAllowed(withReason(`access to vhost '${virtualHost}' refused for user '${user.name}'`, decision));
    }
    // The virtual host may have been deleted meanwhile.
    const vhost = this.#host.node.vhosts.get(virtualHost);
    if (vhost === undefined) throw notAllowed(`vhost ${virtualHost} not found`);
    const { frameMax, channelMax, heartbeat } = this.#tuned!;
    return { user, vhost, frameMax, channelMax, heartbeatSeconds: heartbeat };
  }
}

/** Returns the mechanisms that a peer is offered. */
export const offeredTo = (peer: Peer, mechanisms: readonly Mechanism[]): readonly Mechanism[] =>
  mechanisms.filter(({ isOfferedTo }) => isOfferedTo?.(peer) ?? true);

/** A refused login with the reason, which is not told to the client. */
export class LoginRefused extends Error {
  override name = "LoginRefused";
  /** The error that is sent to a client with the capability for it. */
  readonly close: ConnectionError;
  readonly username: string;
  /** The refused user and the reason, for the log. */
  readonly reason: string;

  constructor(mechanism: string, username: string, why: string) {
    const reason = `user '${username}' - ${why}`;
    super(`${mechanism} login refused: ${reason}`);
    this.username = username;
    this.reason = reason;
    this.close = loginRefused(
      `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
    );
  }
}

/** The method that RabbitMQ names as the cause of a refused tuning. */
const TUNE: MethodId = [10, 30];

/** Throws NOT_ALLOWED unless the server accepts the client's value. `max` 0 is no limit. */
function checkTuned(name: string, value: number, min: number, max: number): void {
  if (value !== 0 && value < min) {
    throw notAllowed(`negotiated ${name} = ${value} is lower than the minimum allowed value (${min})`, TUNE);
  }
  if (max !== 0 && (value === 0 || value > max)) {
    const noLimit = value === 0 ? " (no limit)" : "";
    throw notAllowed(`negotiated ${name} = ${value}${noLimit} is higher than the maximum allowed value (${max})`, TUNE);
  }
}
