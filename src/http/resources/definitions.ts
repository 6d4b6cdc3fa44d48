import { exportScope, writeDefinitions } from "../../definitions/export.ts";
import { readBody } from "../body.ts";
import { badRequest, HttpError, missing } from "../http_error.ts";
import { NO_CONTENT, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { slicedText } from "../sliced_text.ts";
import { isUpload, readUpload } from "../upload.ts";

/** Field of the form with which a browser uploads definitions. */
const UPLOADED = "file";
/** Names of files that a header can carry as they are. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Definitions of the broker and of virtual hosts (RabbitMQ: `rabbit_mgmt_wm_definitions`). */
export const DEFINITIONS: readonly Route[] = [
  // RabbitMQ has kept the second path, the older one.
  ...["/api/definitions", "/api/all-configuration"].flatMap((path): Route[] => [
    {
      method: "GET",
      path,
      who: "administrator",
      summary:
        "Exports the definitions of the broker: everything but messages. With the parameter download=NAME browsers save them in a file.",
      handle: exportDefinitions,
    },
    {
      method: "POST",
      path,
      who: "administrator",
      summary:
        "Imports definitions, as JSON or as the field file of a form (multipart/form-data). Existing objects stay; users, permissions, parameters and policies change as the definitions say.",
      handle: importDefinitions,
    },
  ]),
  {
    method: "GET",
    path: "/api/definitions/:vhost",
    who: "administrator",
    findsVhost: true,
    summary: "Exports the definitions of a virtual host.",
    handle: exportDefinitions,
  },
  {
    method: "POST",
    path: "/api/definitions/:vhost",
    who: "administrator",
    summary: "Imports definitions into a virtual host, which may be those of another one.",
    handle: importDefinitions,
  },
];

function exportDefinitions({ node, host, params: { vhost }, query }: ApiRequest): Response {
  const scope = exportScope(node, vhost);
  if (scope === undefined) throw badRequest("vhost_not_found");
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-cache" });
  // Found before the export begins, which goes on while there are changes.
  headers.set("etag", `"${host.definitions.version}${vhost === undefined ? "" : `-${encodeURIComponent(vhost)}`}"`);
  const file = query.get("download");
  if (file !== null) {
    if (!TOKEN.test(file)) throw badRequest("download: the name of a file without blanks and quotes is expected here");
    headers.set("content-disposition", `attachment; filename=${file}`);
  }
  return new Response(slicedText(host.slices, writeDefinitions(scope, host.identity)), { headers });
}

async function importDefinitions(request: ApiRequest): Promise<Reply> {
  const { node, host: { definitions }, params: { vhost }, actor } = request;
  const text = await readDefinitions(request);
  if (vhost !== undefined && !node.vhosts.has(vhost)) throw missing("vhost_not_found");
  await definitions.import(text, { vhost, actor });
  return NO_CONTENT;
}

/** Reads definitions that are JSON or uploaded. Other types are what a form of another page could send. */
async function readDefinitions({ request, host: { options } }: ApiRequest): Promise<string> {
  const { maxBodySize, requiresJsonExtension } = options;
  if (isUpload(request)) {
    const { text, fileName = "" } = await readUpload(request, UPLOADED, maxBodySize);
    if (requiresJsonExtension && !/\.json$/i.test(fileName)) throw badRequest("unsupported_file_extension");
    return text;
  }
  const type = request.headers.get("content-type") ?? "application/json";
  if (/^application\/json\s*(;|$)/i.test(type)) return await readBody(request, maxBodySize);
  throw new HttpError(415, "unsupported_media_type", "application/json or multipart/form-data is expected");
}
