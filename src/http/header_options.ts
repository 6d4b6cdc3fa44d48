/** Headers of all answers, by RabbitMQ's names in `management.*`. */
export interface HeaderOptions {
  /** `content-security-policy` (`management.csp.policy`). */
  readonly csp: string;
  /** `strict-transport-security` (`management.hsts.policy`). Default: none. */
  readonly hsts?: string;
  /** `x-content-type-options`. Default: none. */
  readonly content_type_options?: string;
  /** `x-xss-protection`. Default: none. */
  readonly xss_protection?: string;
  /** `x-frame-options`. Default: none. */
  readonly frame_options?: string;
  /** `referrer-policy`. Default: none. */
  readonly referrer_policy?: string;
  /** True when `allow` is left out of answers that are no refusal of a method (`management.http.hide_allow_header`). */
  readonly hide_allow_header?: boolean;
  /** Origins of pages that may use the API; `*` for all, without credentials (`management.cors.allow_origins`). */
  readonly allow_origins: readonly string[];
  /** Time in seconds that a browser may remember a permission (`management.cors.max_age`). */
  readonly max_age: number;
}

export const DEFAULT_HEADER_OPTIONS: HeaderOptions = {
  csp: "script-src 'self'; object-src 'self'",
  allow_origins: [],
  max_age: 1800,
};
