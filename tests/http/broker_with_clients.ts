import type { Channel } from "amqplib";
import type { Broker } from "../../mod.ts";
import type { ServerOptions } from "../../src/cli/server.ts";
import { startBrokerUnderTest } from "../broker_under_test.ts";
import { connect } from "../conformance/client.ts";
import { HttpClient } from "./http_client.ts";

/** A broker with a client of AMQP and one of its management API. */
export interface BrokerWithClients extends AsyncDisposable {
  readonly broker: Broker;
  readonly channel: Channel;
  readonly client: HttpClient;
  /** `amqp://guest:guest@host:port` */
  readonly url: string;
}

export async function openBrokerWithClients(options: Partial<ServerOptions> = {}): Promise<BrokerWithClients> {
  const server = await startBrokerUnderTest(options);
  const connection = await connect(server);
  return {
    broker: server.embedded!,
    channel: await connection.createChannel(),
    client: new HttpClient(server.embedded!),
    url: server.url,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await server.close();
    },
  };
}
