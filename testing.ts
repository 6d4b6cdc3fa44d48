/**
 * A broker for tests of applications: in memory, on a free port, with a clock that tests move, with everything in it to
 * be seen, and with faults on demand.
 *
 * ```ts
 * import { testBroker } from "haremq/testing";
 *
 * await using broker = await testBroker();
 * ```
 *
 * @module
 */
export { TestBroker, testBroker, type TestBrokerOptions, type UntilOptions } from "./src/testing/test_broker.ts";
export { TestClock } from "./src/testing/clock.ts";
export type { Duration } from "./src/testing/duration.ts";
export { TestChannel, TestConnection } from "./src/testing/connection.ts";
export type { DeadLetter } from "./src/testing/dead_letters.ts";
export type { PlainObject } from "./src/testing/plain.ts";
export { Fault } from "./src/testing/fault.ts";
export { type Death, TestMessage } from "./src/testing/message.ts";
export type { NackOptions, Publish } from "./src/testing/nacks.ts";
export { type TestBinding, type TestConsumer, TestQueue, type UnackedMessage } from "./src/testing/queue.ts";
export type { Broker, BrokerOptions } from "./src/embedding/broker.ts";
export type { Clock } from "./src/broker/turn/clock.ts";
export type { DeathReason } from "./src/broker/queue/rules/dead_letters.ts";
export type { PlainTable, PlainValue } from "./src/wire/field_table.ts";
export type { BasicProperties } from "./src/wire/properties.ts";
