import { Broker } from "../mod.ts";

await using broker = new Broker();
broker.vhost("/").queue("orders");

// A handler of requests, for a server of any kind. Give it the client's address, or guest can't log in.
const authorization = `Basic ${btoa("guest:guest")}`;
const request = new Request("http://localhost/api/queues/%2F/orders", { headers: { authorization } });
const response = await broker.fetch(request, { host: "127.0.0.1", isLoopback: true });
const { name, type } = await response.json();
console.log(response.status, name, type);
// Prints:
// 200 orders classic
