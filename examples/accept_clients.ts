import { connect } from "amqplib";
import { Broker } from "../mod.ts";
import { listen } from "../server.ts";

await using broker = new Broker();
await using listener = await listen(broker, { port: 0 });

// Any AMQP client can connect, and sees the program's queues.
const orders = broker.vhost("/").queue("orders");
const connection = await connect(`amqp://guest:guest@localhost:${listener.port}`);
const channel = await connection.createConfirmChannel();
channel.sendToQueue("orders", Buffer.from("two carrots"));
await channel.waitForConfirms();
await connection.close();

console.log((await orders.get())?.text());
// Prints:
// two carrots
