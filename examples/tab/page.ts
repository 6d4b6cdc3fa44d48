import type { AMQPChannel } from "@cloudamqp/amqp-client/amqp-channel";
import { connectTab } from "../../browser.ts";
import { AMQPStreamClient } from "./stream_client.ts";

const PERSISTENT = 2;
const QUEUE = "kept";
/** Exchange whose messages go to all tabs. */
const EXCHANGE = "amq.fanout";

const element = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

// The browser may remove what is stored when the disk gets full, unless it has agreed not to.
navigator.storage.persist();

const worker = new Worker("worker.js", { type: "module" });
worker.addEventListener("message", () => element("role").textContent = "this tab");

let channel: AMQPChannel | undefined;

/** Connects, and again whenever the connection is lost because the broker's tab was closed. */
async function connect(): Promise<void> {
  const client = new AMQPStreamClient(await connectTab());
  client.onerror = () => {};
  client.ondisconnect = () => {
    channel = undefined;
    element("state").textContent = "connecting";
    connect();
  };
  const connection = await client.connect();
  const opened = await connection.channel();
  await opened.confirmSelect();
  await opened.queueDeclare(QUEUE, { durable: true });
  const own = await opened.queueDeclare("", { exclusive: true });
  await opened.queueBind(own.name, EXCHANGE, "");
  await opened.basicConsume(own.name, { noAck: true }, (message) => {
    const item = document.createElement("li");
    item.textContent = message.bodyString();
    element("said").append(item);
  });
  channel = opened;
  await count();
  element("state").textContent = "connected";
}

async function count(): Promise<void> {
  const { messageCount } = await channel!.queueDeclare(QUEUE, { passive: true });
  element("kept").textContent = String(messageCount);
}

/** Does something with the text of a form, once it is sent. */
function onSubmit(id: string, handle: (text: string) => Promise<void>): void {
  const form = element<HTMLFormElement>(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { text } = form.elements as unknown as { readonly text: HTMLInputElement };
    await handle(text.value);
    text.value = "";
  });
}

onSubmit("say", async (text) => {
  await channel!.basicPublish(EXCHANGE, "", text);
});

onSubmit("keep", async (text) => {
  // The promise is that of the broker's confirm: the message is in the browser's file system.
  await channel!.basicPublish("", QUEUE, text, { deliveryMode: PERSISTENT });
  await count();
});

element("take").addEventListener("click", async () => {
  const message = await channel!.basicGet(QUEUE, { noAck: false });
  element("taken").textContent = message === null ? "" : message.bodyString();
  await message?.ack();
  await count();
});

await connect();
