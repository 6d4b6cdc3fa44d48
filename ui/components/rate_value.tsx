import { format } from "../format/format.ts";

/** A rate per second; quiet when it is zero, so that what moves stands out. */
export function RateValue({ rate }: { readonly rate: number | undefined }) {
  return <span class={rate === undefined || rate === 0 ? "zero" : undefined}>{format().rate(rate)}</span>;
}

/** A number; quiet when it is zero. */
export function CountValue({ count }: { readonly count: number | undefined }) {
  return <span class={count === undefined || count === 0 ? "zero" : undefined}>{format().count(count)}</span>;
}
