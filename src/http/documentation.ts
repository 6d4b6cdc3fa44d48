import { WHO } from "./authorization.ts";
import type { Route } from "./route.ts";

/** Query parameters of lists (RabbitMQ: HTTP API, Pagination). */
const LIST_PARAMETERS: readonly (readonly [name: string, meaning: string])[] = [
  ["columns", "the wanted members, with commas in between, such as name,message_stats.publish"],
  ["sort", "the member that the list is sorted by, such as messages"],
  ["sort_reverse", "true for the reverse order"],
];

const PAGE_PARAMETERS: readonly (readonly [name: string, meaning: string])[] = [
  ["page", "the number of the wanted page, from 1; without it the whole list is returned"],
  ["page_size", "the number of items of a page, from 1 to 500 (default: 100)"],
  ["name", "a part of the names of the wanted items"],
  ["use_regex", "true where the name is a regular expression"],
];

const RATE_PARAMETERS: readonly (readonly [name: string, meaning: string])[] = [
  ["msg_rates_age, msg_rates_incr", "period and interval of the samples of message counts, in seconds"],
  ["lengths_age, lengths_incr", "the same for the lengths of queues"],
  ["data_rates_age, data_rates_incr", "the same for received and sent bytes"],
  ["node_stats_age, node_stats_incr", "the same for a node's resources"],
  ["disable_stats", "true leaves out statistics"],
  ["enable_queue_totals", "true includes the numbers of messages in queues even then"],
];

const STYLE = `
body { font: 1rem/1.5 sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
caption { text-align: left; }
th, td { border: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: #eee; color: #000; }
code { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } a { color: #8cf; } }
`;

const INTRODUCTION = `
<p>This is the HTTP API of a HareMQ broker. Its paths, fields and statuses are those of RabbitMQ's management plugin, so
tools made for that work here too; some operations go beyond it.</p>
<ul>
<li>All operations need a login, unless the table says otherwise: HTTP's Basic authentication with a name and a password,
or a Bearer token. A user needs the tag that is named, such as <code>management</code>, and for exchanges and queues the
permissions that AMQP needs too.</li>
<li>Bodies are JSON, in requests and in answers.</li>
<li>Names in paths are percent-encoded: the default virtual host <code>/</code> is <code>%2F</code>. The default exchange
is <code>amq.default</code>.</li>
<li>A new object is answered with 201, a change of an existing one and a deletion with 204. A refusal has a body with
<code>error</code> and <code>reason</code>: 400 for bad input, 401 for a missing login, tag or permission, 404 for
something that does not exist.</li>
</ul>`;

/** Writes the page that documents all operations. */
export function documentationPage(routes: readonly Route[]): string {
  const resources = resourcesOf(routes);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HareMQ HTTP API</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>HareMQ HTTP API</h1>
${INTRODUCTION}
<h2 id="lists">Lists</h2>
<p>Operations that return a list take these parameters:</p>
${parametersTable(LIST_PARAMETERS)}
<p>Those that return pages take these too. An answer with a page is an object with <code>items</code>,
<code>item_count</code>, <code>filtered_count</code>, <code>total_count</code>, <code>page</code>,
<code>page_count</code> and <code>page_size</code>.</p>
${parametersTable(PAGE_PARAMETERS)}
<h2 id="rates">Rates</h2>
<p>Counts of connections, channels, exchanges, queues, virtual hosts and nodes have a <code>rate</code> each, in a member
with <code>_details</code> in its name. These parameters ask for more, or for less:</p>
${parametersTable(RATE_PARAMETERS)}
<h2 id="resources">Resources</h2>
<nav aria-label="Resources">
<ul>
${[...resources.keys()].map((name) => `<li><a href="#${name}">${escape(name)}</a></li>`).join("\n")}
</ul>
</nav>
${[...resources].map(([name, routes]) => section(name, routes)).join("\n")}
</main>
</body>
</html>
`;
}

/** Returns the routes by resource: the part of the path after `/api`. */
function resourcesOf(routes: readonly Route[]): Map<string, Route[]> {
  const resources = new Map<string, Route[]>();
  for (const route of routes) {
    const name = /^\/api\/([^/]+)/.exec(route.path)?.[1] ?? "other";
    const known = resources.get(name);
    if (known === undefined) resources.set(name, [route]);
    else known.push(route);
  }
  return resources;
}

const parametersTable = (parameters: typeof LIST_PARAMETERS): string =>
  `<table>
<thead><tr><th scope="col">Parameter</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${
    parameters.map(([name, meaning]) => `<tr><th scope="row"><code>${name}</code></th><td>${escape(meaning)}</td></tr>`)
      .join("\n")
  }
</tbody>
</table>`;

const section = (name: string, routes: readonly Route[]): string =>
  `<section aria-labelledby="${name}">
<h3 id="${name}">${escape(name)}</h3>
<table>
<thead>
<tr><th scope="col">Method</th><th scope="col">Path</th><th scope="col">For</th><th scope="col">What it does</th></tr>
</thead>
<tbody>
${routes.map(row).join("\n")}
</tbody>
</table>
</section>`;

const RETURNED = {
  list: ' Returns a <a href="#lists">list</a>.',
  pages: ' Returns a <a href="#lists">list</a>, or pages of it.',
  events: " Returns events until either side ends it.",
};

const row = ({ method, path, who, summary, returns }: Route): string =>
  `<tr><td>${method}</td><th scope="row"><code>${escape(path)}</code></th><td>${escape(WHO[who].description)}</td>` +
  `<td>${escape(summary)}${returns === undefined ? "" : RETURNED[returns]}</td></tr>`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
