import { Badge, type Tone } from "../../components/badge.tsx";

/** States of a connection with their tones; any other is a bad one. `flow` and `blocked` slow a publisher down. */
const TONES: Readonly<Record<string, Tone>> = {
  running: "good",
  starting: "plain",
  tuning: "plain",
  opening: "plain",
  flow: "warn",
  blocking: "warn",
};

export function ConnectionState({ state }: { readonly state: string }) {
  return <Badge tone={TONES[state] ?? "bad"}>{state}</Badge>;
}
