export const en = {
  flags: "Feature flags",
  flagsText:
    "All features that RabbitMQ's flags stand for are in this broker from the start: nothing has to be enabled " +
    "after an upgrade.",
  deprecated: "Deprecated features",
  deprecatedText: "RabbitMQ is about to remove these features, or has removed them. A program that does without them " +
    "runs with later versions too.",
  inUse: "In use",
  usedTitle: (names: string) => `In use now: ${names}`,
  usedText: "Programs that use them may fail with a later version of RabbitMQ.",
  none: "There are none",
  name: "Name",
  state: "State",
  states: { enabled: "enabled", disabled: "disabled", permitted: "permitted", denied: "denied" } as Readonly<
    Record<string, string>
  >,
  stability: "Stability",
  stabilities: { required: "required", stable: "stable", experimental: "experimental" } as Readonly<
    Record<string, string>
  >,
  phase: "Phase",
  phases: {
    permitted_by_default: "permitted unless it is turned off",
    denied_by_default: "denied unless it is turned on",
    disconnected: "has no effect",
    removed: "removed",
  } as Readonly<Record<string, string>>,
  use: "Use",
  description: "Description",
  providedBy: "Provided by",
  documentation: "Documentation",
  documentationOf: (name: string) => `Documentation of ${name}`,
};

export type FeatureTexts = typeof en;
