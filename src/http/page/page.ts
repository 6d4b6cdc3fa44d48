import { sha256 } from "@noble/hashes/sha2.js";
import { acceptsGzip } from "../accepted.ts";
import { finishRead } from "../read_response.ts";

/** Types of the page's files, by the ends of their names. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Policy of the page: everything comes from the server, and nothing is written into the page's text. */
export const PAGE_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; " +
  "frame-ancestors 'self'";

/** The file's name has its hash, so it never changes. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** A file as it is sent. */
interface Asset {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** Serves the management page from memory. Its files are loaded, and compressed, when they are first asked for. */
export class Page {
  readonly #assets = new Map<string, Promise<Asset>>();

  /** Answers a read of one of the page's files; `undefined` when there is none of this name. */
  async serve(name: string, request: Request): Promise<Response | undefined> {
    const { ASSETS } = await import("./assets.ts");
    if (!Object.hasOwn(ASSETS, name)) return undefined;
    let loading = this.#assets.get(name);
    if (loading === undefined) {
      loading = load(ASSETS[name]);
      this.#assets.set(name, loading);
    }
    return answer(name, await loading, request);
  }

  /** Answers with the page's icon, for browsers that ask for it by its usual name. */
  async serveIcon(request: Request): Promise<Response> {
    const { ASSETS } = await import("./assets.ts");
    const name = Object.keys(ASSETS).find((name) => name.endsWith(".svg"))!;
    const response = (await this.serve(name, request))!;
    response.headers.set("cache-control", "no-cache");
    return response;
  }
}

async function load(text: string): Promise<Asset> {
  const plain = new TextEncoder().encode(text);
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const gzipped = new Uint8Array(await new Response(stream).arrayBuffer());
  const etag = Array.from(sha256(plain).subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { plain, gzipped, etag };
}

function answer(name: string, { plain, gzipped, etag }: Asset, request: Request): Response {
  const isGzipped = acceptsGzip(request);
  const body = isGzipped ? gzipped : plain;
  const isPage = name === "index.html";
  const headers = new Headers({
    "content-type": TYPES[name.slice(name.lastIndexOf(".") + 1)],
    "content-length": String(body.length),
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": isPage ? "no-cache" : FOR_EVER,
    "vary": "accept-encoding",
    etag: isGzipped ? `"${etag}-gzip"` : `"${etag}"`,
  });
  if (isGzipped) headers.set("content-encoding", "gzip");
  return finishRead(new Response(body, { headers }), request);
}
