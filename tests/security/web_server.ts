import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The answer of a server to a request, however wrong. */
export type Say = (response: ServerResponse, request: IncomingMessage) => void;

export const says = (status: number, body: string, headers: Record<string, string> = {}): Say => (response) => {
  response.writeHead(status, headers);
  response.end(body);
};

/** Does not answer. */
export const HANGS: Say = () => {};

/** Begins an answer, and stops. */
export const STOPS: Say = (response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write("{");
};

const GIBIBYTE = 1024 ** 3;
const CHUNK = new Uint8Array(65_536).fill(0x20);

/** A web server that answers each path as a test sets. */
export class WebServer {
  readonly #server = createServer((request, response) => {
    const path = request.url!.split("?")[0];
    this.asked.push(path);
    (this.#answers[path] ?? says(404, "nothing is here"))(response, request);
  });
  readonly #answers: Readonly<Record<string, Say>>;
  /** Paths that were requested. */
  readonly asked: string[] = [];
  /** Number of bytes sent of a gigabyte. */
  sentBytes = 0;

  constructor(answers: Readonly<Record<string, Say>>) {
    this.#answers = answers;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sends a gigabyte of spaces, or as much as is read. */
  readonly sendsGigabyte: Say = (response) => {
    response.writeHead(200, { "content-length": String(GIBIBYTE) });
    const send = () => {
      while (this.sentBytes < GIBIBYTE && !response.destroyed) {
        this.sentBytes += CHUNK.length;
        if (!response.write(CHUNK)) return void response.once("drain", send);
      }
    };
    response.on("error", () => {});
    send();
  };

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
