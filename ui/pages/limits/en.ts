export const en = {
  title: "Limits",
  titles: { vhost: "Limits of virtual hosts", user: "Limits of users" },
  owners: { vhost: "Virtual host", user: "User" },
  none: {
    vhost: "No virtual host has a limit",
    user: "No user has a limit",
  },
  noneHint: {
    vhost: "A virtual host may have as many connections and queues as the broker takes.",
    user: "A user may have as many connections and channels as the broker takes.",
  },
  limit: "Limit",
  value: "Value",
  valueHint: "0 allows none at all.",
  help: {
    vhost: {
      "max-connections": "New connections above it are refused. Open ones stay.",
      "max-queues": "New queues above it are refused. Those that are there stay.",
    },
    user: {
      "max-connections": "New connections above it are refused. Open ones stay.",
      "max-channels": "New channels above it are refused. Open ones stay.",
    },
  } as Readonly<Record<"vhost" | "user", Readonly<Record<string, string>>>>,
  set: { vhost: "Set a limit of a virtual host", user: "Set a limit of a user" },
  setAction: "Set limit",
  wasSet: (name: string, owner: string, value: string) => `${name} of ${owner} is ${value} now.`,
  change: "Change",
  changeOf: (name: string, owner: string) => `Change ${name} of ${owner}`,
  clear: "Clear",
  clearOf: (name: string, owner: string) => `Clear ${name} of ${owner}`,
  clearTitle: (name: string, owner: string) => `Clear ${name} of ${owner}?`,
  clearText: "It then has no limit of this kind.",
  cleared: (name: string, owner: string) => `${owner} has no ${name} now.`,
};

export type LimitTexts = typeof en;
