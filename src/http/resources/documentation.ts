import { documentationPage } from "../documentation.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Returns the routes of the page that documents these routes, and itself. */
export function documentationOf(routes: readonly Route[]): readonly Route[] {
  const own: readonly Route[] = [
    {
      method: "GET",
      path: "/api/index.html",
      who: "anyone",
      isReference: true,
      summary: "This page.",
      async handle() {
        page ??= documentationPage([...routes, ...own]);
        etag ??= await entityTag(page);
        return new Response(page, { headers: { ...HTML, etag } });
      },
    },
    {
      method: "GET",
      path: "/api",
      who: "anyone",
      summary: "Leads to this page.",
      handle: ({ request }: ApiRequest) => {
        const { pathname } = new URL(request.url);
        const location = pathname.endsWith("/") ? "index.html" : "api/index.html";
        return new Response(null, { status: 301, headers: { location } });
      },
    },
  ];
  let page: string | undefined;
  let etag: string | undefined;
  return own;
}

const HTML = { "content-type": "text/html; charset=utf-8" };

/** Returns a tag that stands for a text. */
async function entityTag(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `"${Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
