/** Tags that the pages ask for: a user needs one of those that are listed. */
const TAGS = {
  management: ["management", "policymaker", "monitoring", "administrator"],
  monitoring: ["monitoring", "administrator"],
  policymaker: ["policymaker", "administrator"],
  administrator: ["administrator"],
} as const;

export type Need = keyof typeof TAGS;

/** Returns whether a user with these tags may see, or do, what needs one. */
export const mayUse = (tags: readonly string[], need: Need): boolean => TAGS[need].some((tag) => tags.includes(tag));
