import type { MeasuredBroker } from "./broker.ts";
import { type Case, planOf } from "./cases.ts";

/** Maximum number of unconfirmed messages. */
const CONFIRM_WINDOW = 1000;

/** Sizes of messages. */
const SIZES = [[16, "16 B"], [1024, "1 KiB"], [16_384, "16 KiB"]] as const;
const QUICK_BYTES = 1024;

/** Returns the broker at its port for TLS. */
function overTls({ label, target, tlsPort, pid }: MeasuredBroker): MeasuredBroker {
  return { label, target: { ...target, port: tlsPort!, hasTls: true }, pid };
}

/**
 * Throughput over TLS, and the part of a plain connection's that it is; both take turns. With confirms, as the rate of a
 * consumer behind a publisher that nothing throttles depends on the backlog.
 */
const throughputs = SIZES.map(([bodyBytes, size]): Case => ({
  rows: [
    { name: `over TLS, ${size}, 1 publisher, 1 consumer, confirms, acked`, unit: "messages/s", isBetter: "higher" },
    { name: "  part of that over a plain connection", unit: "", isBetter: "higher" },
  ],
  isQuick: bodyBytes === QUICK_BYTES,
  needsTls: true,
  async run(broker, tools) {
    const plan = planOf({ bodyBytes, confirmWindow: CONFIRM_WINDOW }, tools);
    const plain = await tools.generator.run(broker, plan);
    const { consumedPerSecond, faults } = await tools.generator.run(overTls(broker), plan);
    return { figures: [consumedPerSecond, consumedPerSecond / plain.consumedPerSecond], faults };
  },
}));

const churn: Case = {
  rows: [{
    name: "over TLS, connections opened and closed, one after another",
    unit: "connections/s",
    isBetter: "higher",
  }],
  isQuick: true,
  needsTls: true,
  async run(broker, { generator, measureMs }) {
    return { figures: [await generator.churn(overTls(broker), measureMs)] };
  },
};

export const TLS_CASES: readonly Case[] = [...throughputs, churn];
