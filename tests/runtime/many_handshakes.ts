/** Makes many TLS connections to a port at once, and waits until all are closed: `many_handshakes.ts PORT COUNT`. */
import { once } from "node:events";
import process from "node:process";
import { clientOptions, connectTls } from "./tls_server.ts";

const [port, count] = process.argv.slice(2).map(Number);
const peers = await Promise.all(Array.from({ length: count }, () => connectTls(clientOptions(port))));
await Promise.all(peers.map((peer) => once(peer.resume(), "close")));
