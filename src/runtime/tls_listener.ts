import { withoutProxyHeader } from "../transport/proxied_transport.ts";
import type { Address, Transport } from "../transport/transport.ts";
import { Ciphertext } from "./ciphertext.ts";
import type { NodeError, NodeTlsSocket } from "./node_tls.ts";
import type { Runtime, TlsListener } from "./runtime.ts";
import { type TlsAbilities, TlsContext } from "./tls_context.ts";
import type { TlsHandlers, TlsListenOptions } from "./tls_options.ts";
import { TlsTransport } from "./tls_transport.ts";

declare function setImmediate(callback: () => void): void;

/** Listens with a runtime's own function, and makes the TLS handshake on the connections. */
export async function listenTls(
  listen: Runtime["listen"],
  abilities: TlsAbilities,
  address: Address,
  options: TlsListenOptions,
  handlers: TlsHandlers,
): Promise<TlsListener> {
  let context = new TlsContext(options.tls, abilities);
  const turns = new Turns();
  const accept = (transport: Transport) => void shakeHands(transport, context, turns, options, handlers);
  const listener = await listen(address, accept, options.socket);
  return {
    address: listener.address,
    close: () => listener.close(),
    use: (changed) => void (context = new TlsContext(changed, abilities, context)),
  };
}

/** Starts one handshake in a turn of the event loop: each takes milliseconds, and other connections are served between them. */
class Turns {
  readonly #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#begin);
    });
  }

  readonly #begin = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#begin);
  };
}

/** A handshake that is refused. */
class HandshakeRefused extends Error {
  readonly hasLeft: boolean;
  /** Number of the alert with the reason for the peer; absent when the peer knows it, or can't be told. */
  readonly alert: number | undefined;

  constructor(reason: string, { hasLeft = false, alert }: { hasLeft?: boolean; alert?: number } = {}) {
    super(reason);
    this.hasLeft = hasLeft;
    this.alert = alert;
  }
}

async function shakeHands(
  accepted: Transport,
  context: TlsContext,
  turns: Turns,
  { handshakeTimeoutMs, proxies }: TlsListenOptions,
  handlers: TlsHandlers,
): Promise<void> {
  let transport = accepted;
  let ciphertext: Ciphertext | undefined;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    accepted.abort!();
  }, handshakeTimeoutMs);
  try {
    if (proxies !== undefined) transport = await withoutProxyHeader(accepted, proxies);
    const reader = transport.readable.getReader();
    const { value: first } = await reader.read();
    if (first === undefined) throw new HandshakeRefused("peer closed the connection", { hasLeft: true });
    // The transport may reuse its memory.
    ciphertext = new Ciphertext(transport, reader, first.slice());
    await turns.next();
    handlers.accept(await secure(ciphertext, context, transport));
  } catch (error) {
    const reason = isLate ? `handshake took more than ${handshakeTimeoutMs} ms` : (error as Error).message;
    const hasLeft = !isLate && error instanceof HandshakeRefused && error.hasLeft;
    handlers.refused({ peer: transport.peer!, local: transport.local!, reason, hasLeft });
    const alert = error instanceof HandshakeRefused ? error.alert : undefined;
    if (ciphertext === undefined || isLate) accepted.abort!();
    else ciphertext.refuse(alert);
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the handshake, and verifies the peer's certificate. */
function secure(ciphertext: Ciphertext, context: TlsContext, ends: Transport): Promise<TlsTransport> {
  return new Promise((resolve, reject) => {
    context.shakeHands(ciphertext.stream, {
      done(socket) {
        try {
          resolve(new TlsTransport(socket, ciphertext, ends, sessionOf(socket, context)));
        } catch (error) {
          socket.on("error", () => {});
          socket.destroy();
          reject(error);
        }
      },
      failed: (error) => reject(refusalOf(error)),
    });
    // Not all runtimes report this. Earlier bytes may still end the handshake.
    ciphertext.onEnd = () => setImmediate(() => reject(new HandshakeRefused(LEFT, { hasLeft: true })));
  });
}

function sessionOf(socket: NodeTlsSocket, context: TlsContext) {
  const peerCertificate = context.verify(socket);
  return { version: socket.getProtocol(), cipher: socket.getCipher().standardName, peerCertificate };
}

const LEFT = "peer closed the connection in the handshake";

const hasLeft = ({ code }: NodeError): boolean => code === "ECONNRESET" || code === "EPIPE";

/** Meanings of errors in handshakes, with their alerts. Bun's have OpenSSL's words, Deno's have rustls's. */
const MEANINGS: readonly (readonly [words: RegExp, reason: string, alert?: number])[] = [
  [/WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|InvalidContentType/, "peer does not speak TLS", 10],
  [
    /UNSUPPORTED_PROTOCOL|Tls1[23]NotOffered|SupportedVersionsExtensionRequired|SignatureAlgorithmsExtensionRequired/,
    "peer has no version of TLS in common with this listener",
    70,
  ],
  [
    /NO_SHARED_CIPHER|NO_SHARED_GROUP|WRONG_CURVE|NoCipherSuitesInCommon|NoKxGroupsInCommon/,
    "peer has no cipher in common with this listener",
    40,
  ],
  [/UNKNOWN_CA|UnknownCA/, "peer does not know the authority of this listener's certificate"],
  [
    /ALERT_(BAD_)?CERTIFICATE|(Bad|Unsupported)Certificate|Certificate(Unknown|Expired|Revoked)/,
    "peer does not take this listener's certificate",
  ],
];

function refusalOf(error: NodeError): HandshakeRefused {
  if (hasLeft(error)) return new HandshakeRefused(LEFT, { hasLeft: true });
  const text = `${error.code} ${error.message}`;
  const [, reason, alert] = MEANINGS.find(([words]) => words.test(text)) ?? [];
  return new HandshakeRefused(reason ?? `handshake failed: ${error.message}`, { alert });
}
