/** Sections of the overview. */
export type SectionName =
  | "help"
  | "node_management"
  | "cluster_management"
  | "replication"
  | "user_management"
  | "access_control"
  | "observability_and_health_checks"
  | "parameters"
  | "policies"
  | "virtual_hosts"
  | "configuration"
  | "definitions"
  | "feature_flags"
  | "operations"
  | "plugin_management"
  | "queues"
  | "upgrade"
  | "consistent_hash_exchange"
  | "management"
  | "deprecated";

/** Texts of the help for commands, in one language. */
export interface HelpTexts {
  readonly usage: string;
  readonly availableCommands: string;
  readonly argumentsAndOptions: string;
  readonly guides: string;
  readonly generalOptions: string;
  /** Switches of all commands. */
  readonly generalOptionsTable: string;
  readonly sections: Readonly<Record<SectionName, string>>;
  /** Error before a suggestion, where help is asked for. */
  readonly error: string;
  learnMore(tool: string): string;
  mustBeOneOf(columns: string): string;
  commandNotFound(name: string): string;
  didYouMean(nearest: string): string;
  /** Returns the description of a command from its English text. */
  description(english: string): string;
  /** Returns the explanation of an argument or a switch from its English text. */
  explanation(english: string): string;
}
