/** A request that asks for a WebSocket, or should. */
export interface HandshakeRequest {
  readonly method: string;
  readonly isHttp11: boolean;
  readonly headers: Headers;
}

/** The reason why a request gets no WebSocket. */
export interface HandshakeRefusal {
  readonly status: number;
  /** A sentence without its full stop. */
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HandshakeRules {
  /** The subprotocol. A client that asks for others only is refused; one that asks for none is not. */
  readonly subprotocol: string;
  /** Origins of pages that may connect, besides those of the server itself; `*` for all. */
  readonly allowOrigins: readonly string[];
}

/** Headers of an answer that accepts. */
export type HandshakeAnswer = Readonly<Record<string, string>>;

const VERSION = "13";
/** Text behind each key (RFC 6455 §1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Sixteen bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** Answers the opening handshake of a client (RFC 6455 §4.2). */
export async function shakeHands(
  { method, isHttp11, headers }: HandshakeRequest,
  { subprotocol, allowOrigins }: HandshakeRules,
): Promise<HandshakeAnswer | HandshakeRefusal> {
  if (method !== "GET") return { status: 405, reason: "a WebSocket begins with GET", headers: { allow: "GET" } };
  if (!tokensOf(headers, "upgrade").includes("websocket") || !isHttp11) {
    return {
      status: 426,
      reason: "this is a WebSocket: connect with ws:// or wss://",
      headers: { upgrade: "websocket" },
    };
  }
  if (!tokensOf(headers, "connection").includes("upgrade")) {
    return { status: 400, reason: "the header connection does not name upgrade" };
  }
  if (headers.get("sec-websocket-version") !== VERSION) {
    const reason = `the version of the WebSocket is not ${VERSION}`;
    return { status: 426, reason, headers: { upgrade: "websocket", "sec-websocket-version": VERSION } };
  }
  const key = headers.get("sec-websocket-key") ?? "";
  if (!KEY.test(key)) return { status: 400, reason: "the header sec-websocket-key is not 16 bytes in base64" };
  const origin = headers.get("origin");
  if (origin !== null && !isAllowed(origin, headers.get("host"), allowOrigins)) {
    return { status: 403, reason: `pages of ${origin} may not connect, see web_amqp.allow_origins` };
  }
  const subprotocols = tokensOf(headers, "sec-websocket-protocol");
  if (subprotocols.length > 0 && !subprotocols.includes(subprotocol)) {
    return { status: 400, reason: `the subprotocol is ${subprotocol}` };
  }
  return {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-accept": await acceptOf(key),
    ...subprotocols.length > 0 && { "sec-websocket-protocol": subprotocol },
  };
}

export const isRefusal = (answer: HandshakeAnswer | HandshakeRefusal): answer is HandshakeRefusal => "status" in answer;

/** Returns the tokens of a header in lower case. */
const tokensOf = (headers: Headers, name: string): string[] =>
  (headers.get(name) ?? "").split(",").map((token) => token.trim().toLowerCase()).filter((token) => token !== "");

/**
 * Returns whether a request for a WebSocket comes from a page of the server's own origin or of an allowed one (`*` for
 * all), or from no browser. For programs with a server of their own.
 */
export function mayOpenWebSocket({ url, headers }: Request, allowOrigins: readonly string[] = []): boolean {
  const origin = headers.get("origin");
  return origin === null || isAllowed(origin, new URL(url).host, allowOrigins);
}

/** Returns whether pages of an origin may connect. Those of the server itself may, and a browser tells no other one. */
function isAllowed(origin: string, host: string | null, allowed: readonly string[]): boolean {
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  const [, own] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  return own !== undefined && own.toLowerCase() === host?.toLowerCase();
}

async function acceptOf(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
