import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect } from "node:net";
import type { ApiAnswer } from "../api.ts";

const encoder = new TextEncoder();
/** Time after which no answer is expected: RabbitMQ leaves some requests without one. In milliseconds. */
const PATIENCE_MS = 8000;
const AUTHORIZATION = `Basic ${btoa("guest:guest")}`;

/** A management API to which paths are sent as they are: `fetch` would resolve `..`, and encode what is not encoded. */
export class RawApi {
  readonly #hostname: string;
  readonly #port: number;

  /** @param origin such as `http://127.0.0.1:15672` */
  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.#hostname = hostname;
    this.#port = Number(port);
  }

  /** Sends a request for a path below `/api`, with the text of a body if that is given. No answer has the status 0. */
  async ask(method: string, path: string, text?: string): Promise<ApiAnswer> {
    const body = encoder.encode(text ?? "");
    const head = [
      `${method} /api${path} HTTP/1.1`,
      `host: ${this.#hostname}:${this.#port}`,
      `authorization: ${AUTHORIZATION}`,
      ...text === undefined ? [] : ["content-type: application/json", `content-length: ${body.length}`],
      "connection: close",
    ];
    const socket = connect(this.#port, this.#hostname);
    const chunks: Uint8Array[] = [];
    socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    const closed = once(socket, "close");
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.write(new Uint8Array([...encoder.encode(`${head.join("\r\n")}\r\n\r\n`), ...body]));
    await closed;
    clearTimeout(timer);
    if (chunks.length === 0) return { status: 0, headers: new Headers(), text: "" };
    return parse(Buffer.concat(chunks).toString("latin1"));
  }
}

function parse(answer: string): ApiAnswer {
  const end = answer.indexOf("\r\n\r\n");
  const [statusLine, ...lines] = answer.slice(0, end).split("\r\n");
  const headers = new Headers(lines.map((line) => line.split(": ", 2) as [string, string]));
  const body = answer.slice(end + 4);
  const bytes = Uint8Array.from(
    headers.get("transfer-encoding") === "chunked" ? joined(body) : body,
    (character) => character.charCodeAt(0),
  );
  return { status: Number(statusLine.split(" ")[1]), headers, text: new TextDecoder().decode(bytes) };
}

/** Returns the chunks of a body in one. */
function joined(body: string): string {
  let text = "";
  for (let at = 0;;) {
    const start = body.indexOf("\r\n", at) + 2;
    const length = Number.parseInt(body.slice(at, start), 16);
    if (!(length > 0)) return text;
    text += body.slice(start, start + length);
    at = start + length + 2;
  }
}
