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
      summary: "This page.",
      handle: () => new Response(page ??= documentationPage([...routes, ...own]), { headers: HTML }),
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
  return own;
}

const HTML = { "content-type": "text/html; charset=utf-8" };
