import type { Access, User } from "../access/access.ts";
import { MECHANISMS } from "../access/sasl.ts";
import {
  channelError,
  commandInvalid,
  type ConnectionError,
  loginRefused,
  type MethodId,
  notAllowed,
} from "../wire/error.ts";
import { EMPTY_TABLE, type FieldTable } from "../wire/field_table.ts";
import { FRAME_MIN_SIZE } from "./frame.ts";
import type { Method, MethodOf } from "./methods.ts";
import type { Node } from "../broker/node/node.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import type { ConnectionOptions } from "./options.ts";

/** What a handshake needs to know and to do. */
export interface HandshakeHost {
  readonly node: Node;
  readonly access: Access;
  readonly options: ConnectionOptions;
  readonly isFromLoopback: boolean;
  send(method: Method): void;
}

/** What peers have agreed on. */
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

type State = "starting" | "authenticating" | "tuning" | "opening";

/**
 * The way from `connection.start-ok` to `connection.open` (AMQP 0-9-1 §2.2.4). Each step waits for one method of the client;
 * the connection is open when {@linkcode handle} has returned an agreement.
 */
export class Handshake {
  readonly #host: HandshakeHost;
  state: State = "starting";
  /** What the client says of itself in `connection.start-ok`. */
  clientProperties: FieldTable = EMPTY_TABLE;
  user: User | undefined;
  /** The authentication mechanism, once the client has chosen one. */
  mechanism = "";
  #tuned: MethodOf<"connection.tune-ok"> | undefined;

  constructor(host: HandshakeHost) {
    this.#host = host;
  }

  /** Whether the client announced a capability in `connection.start-ok`. */
  hasCapability(name: string): boolean {
    const capabilities = this.clientProperties.get("capabilities");
    return capabilities?.type === "F" && capabilities.value.get(name)?.value === true;
  }

  /**
   * Takes the next method from the client. Returns a promise while a login is checked: nothing may be handled before it
   * is settled. Throws what closes the connection.
   */
  handle(method: Method): Agreement | Promise<void> | undefined {
    if (method.name === "connection.start-ok" && this.state === "starting") return this.#login(method);
    if (method.name === "connection.tune-ok" && this.state === "tuning") return this.#tune(method);
    if (method.name === "connection.open" && this.state === "opening") return this.#open(method);
    throw channelError(`unexpected method in connection state ${this.state}`);
  }

  async #login({ clientProperties, mechanism, response }: MethodOf<"connection.start-ok">): Promise<void> {
    const { access, options, isFromLoopback } = this.#host;
    this.state = "authenticating";
    this.clientProperties = clientProperties;
    this.mechanism = mechanism;
    const readResponse = MECHANISMS.get(mechanism);
    if (readResponse === undefined) throw commandInvalid(`unknown authentication mechanism '${mechanism}'`);
    const { username, password } = readResponse(response);
    const user = await access.login({ username, password, isFromLoopback });
    if ("refused" in user) throw new LoginRefused(mechanism, username, user.refused);
    this.user = user;
    this.state = "tuning";
    this.#host.send({
      name: "connection.tune",
      channelMax: options.channelMax,
      frameMax: options.frameMax,
      heartbeat: options.heartbeatSeconds,
    });
  }

  #tune(method: MethodOf<"connection.tune-ok">): undefined {
    const { frameMax, channelMax } = this.#host.options;
    checkTuned("frame_max", method.frameMax, FRAME_MIN_SIZE, frameMax);
    checkTuned("channel_max", method.channelMax, 1, channelMax);
    this.#tuned = method;
    this.state = "opening";
  }

  #open({ virtualHost }: MethodOf<"connection.open">): Agreement {
    const { node, access } = this.#host;
    const user = this.user!;
    const vhost = node.vhosts.get(virtualHost);
    if (vhost === undefined) throw notAllowed(`vhost ${virtualHost} not found`);
    node.admission.checkConnection(virtualHost, user.name);
    if (!access.mayOpen(user, virtualHost)) {
      throw notAllowed(`access to vhost '${virtualHost}' refused for user '${user.name}'`);
    }
    const { frameMax, channelMax, heartbeat } = this.#tuned!;
    return { user, vhost, frameMax, channelMax, heartbeatSeconds: heartbeat };
  }
}

/** A login that was refused, and why: the client is not told more than that. */
export class LoginRefused extends Error {
  override name = "LoginRefused";
  /** What a client is told that wants to know. */
  readonly close: ConnectionError;
  readonly username: string;
  /** Who was refused, and why. */
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

/** What RabbitMQ puts a refused tuning down to. */
const TUNE: MethodId = [10, 30];

/** Throws NOT_ALLOWED unless the client's value is one that the server can live with. `max` 0 is no limit. */
function checkTuned(name: string, value: number, min: number, max: number): void {
  if (value !== 0 && value < min) {
    throw notAllowed(`negotiated ${name} = ${value} is lower than the minimum allowed value (${min})`, TUNE);
  }
  if (max !== 0 && (value === 0 || value > max)) {
    const noLimit = value === 0 ? " (no limit)" : "";
    throw notAllowed(`negotiated ${name} = ${value}${noLimit} is higher than the maximum allowed value (${max})`, TUNE);
  }
}
