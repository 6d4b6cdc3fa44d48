/** A JSON value: that of a parameter, a policy's definition, or metadata. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
