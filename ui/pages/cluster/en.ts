export const en = {
  title: "Cluster name",
  name: "Name",
  hint: "It stands at the top of this page, in exported definitions, and among the properties that clients are told.",
  rename: "Change name",
  renamed: (name: string) => `The cluster is named ${name} now.`,
};

export type ClusterTexts = typeof en;
