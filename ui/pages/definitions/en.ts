import { plural } from "../../i18n/locales.ts";

const objects = (count: number) => plural("en", count, { one: "object", other: "objects" });

export const en = {
  title: "Definitions",
  text: "Definitions are everything but messages: users, virtual hosts, permissions, exchanges, queues, bindings, " +
    "policies and parameters.",
  export: "Export",
  exportHint: "The file has the hashes of passwords too, though not the passwords: keep it safe.",
  exportOfVhostHint: "Exchanges, queues, bindings, policies and parameters. Users and permissions are not among them.",
  scope: "What",
  wholeBroker: "The whole broker",
  vhost: (name: string) => `Virtual host ${name}`,
  download: "Download",
  downloaded: (file: string) => `${file} is saved.`,

  import: "Import",
  importHint: "Nothing is changed before you have seen what would be.",
  file: "File with definitions",
  into: "Into",
  problems: {
    json: "This file is no JSON object.",
    empty: "This file has none of the lists that definitions have.",
    list: (section: string) => `${section} is no list of objects in this file.`,
  },
  needsVhost: "These are definitions of one virtual host: choose the one that they go into.",
  difference: "What the import would do",
  summary: (added: string, changed: string, kept: string) =>
    `Added: ${added}. Changed: ${changed}. Kept as they are: ${kept}.`,
  nothing: "Everything in this file is here already",
  nothingHint: "An import would change nothing.",
  onlyAdds: "An import deletes nothing. What the file lacks stays.",
  outcomes: { added: "added", changed: "changed", kept: "kept" },
  keptHint: "An existing exchange or queue stays as it is. To get what the file says, delete it first.",
  sections: {
    users: "Users",
    vhosts: "Virtual hosts",
    permissions: "Permissions",
    topic_permissions: "Topic permissions",
    exchanges: "Exchanges",
    queues: "Queues",
    bindings: "Bindings",
    policies: "Policies",
    parameters: "Parameters",
    global_parameters: "Global parameters",
  },
  others: (same: string, onlyHere: string) => `The same: ${same}. Only here: ${onlyHere}.`,
  more: (count: string) => `${count} more are not shown.`,
  object: "Object",
  outcome: "Import",
  members: "Difference",
  nothingBefore: "nothing",
  secrets: { changed: "another one", removed: "removed: no login by password" },
  importAction: "Import",
  question: (file: string) => `Import ${file}?`,
  questionText: (count: number, text: string) =>
    `${text} ${objects(count)} will be added or changed. This can't be undone: export first, to have the present ones.`,
  imported: (file: string) => `${file} is imported.`,
  refused: "The broker refuses these definitions, and has changed nothing unless it says so:",
};

export type DefinitionTexts = typeof en;
