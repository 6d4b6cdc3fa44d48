import { Broker } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";

/** Runs the broker inside an edge runtime, and answers with the result in JSON. */
export default {
  async fetch(): Promise<Response> {
    const lines: string[] = [];
    const broker = new Broker({ log: (level, line) => lines.push(`${level}: ${line}`) });
    const client = await InProcessClient.open(broker, { heartbeat: 60 });
    await client.request(1, "queue.declare", { queue: "orders" });
    await client.request(1, "confirm.select");
    client.publish(1, { routingKey: "orders", body: "over AMQP", properties: { contentType: "text/plain" } });
    const { deliveryTag } = await client.receive(1, "basic.ack");
    client.send(1, "basic.get", { queue: "orders", noAck: true });
    const { body: got } = await client.receiveAll(1, "basic.get-ok");

    const orders = broker.vhost("/").queue("orders");
    await orders.publisher().getWriter().write({ body: "without AMQP" });
    let read = "";
    for await (const delivery of orders.consume()) {
      read = new TextDecoder().decode(delivery.body);
      delivery.ack();
      break;
    }

    await client.request(0, "connection.close", { replyCode: 200, replyText: "done" });
    client.finish();
    await client.connection.closed;
    return Response.json({
      runtime: navigator.userAgent,
      confirmed: Number(deliveryTag),
      got,
      read,
      messageCount: orders.messageCount,
      connections: broker.connections.size,
      lines,
    });
  },
};
