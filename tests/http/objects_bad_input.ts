import type { BadInput } from "./bad_input.ts";

const tooLong = "x".repeat(256);
const message = { routing_key: "k", properties: {}, payload: "", payload_encoding: "string" };
const withProperties = (properties: object) => ({ ...message, properties });
const get = { ackmode: "ack_requeue_true", count: 1, encoding: "auto" };

/** Bad input of writes of exchanges, queues, bindings and messages. */
export const OBJECTS_BAD_INPUT: readonly BadInput[] = [
  {
    write: "PUT /api/exchanges/%2F/x",
    refused: [
      [{ type: 5 }, "type: a text is expected here: received a number"],
      [{ type: "nope" }, "unknown exchange type 'nope'"],
      [{ durable: "yes" }, "durable: true or false is expected here: received a text"],
      [{ auto_delete: 1 }, "auto_delete: true or false is expected here: received a number"],
      [{ internal: [] }, "internal: true or false is expected here: received a list"],
      [{ arguments: "a" }, "arguments: an object is expected here: received a text"],
      [{ arguments: { [tooLong]: 1 } }, /^arguments\.x+: a name has no more than 255 bytes$/],
      [{ arguments: { "alternate-exchange": 5 } }, /^invalid type 'long' for arg 'alternate-exchange'/],
    ],
  },
  {
    write: "PUT /api/queues/%2F/q",
    refused: [
      [{ durable: "yes" }, "durable: true or false is expected here: received a text"],
      [{ auto_delete: 1 }, "auto_delete: true or false is expected here: received a number"],
      [{ arguments: 5 }, "arguments: an object is expected here: received a number"],
      [{ durable: true, arguments: { "x-max-length": "a" } }, /^invalid arg 'x-max-length'/],
      [{ durable: true, arguments: { "x-max-length": -1 } }, /^invalid arg 'x-max-length'/],
      [{ durable: true, arguments: { "x-queue-type": 5 } }, /^invalid arg 'x-queue-type'/],
    ],
  },
  {
    write: "POST /api/bindings/%2F/e/amq.topic/q/q",
    given: ["/api/queues/%2F/q"],
    refused: [
      [{ routing_key: 5 }, "routing_key: a text is expected here: received a number"],
      [{ routing_key: tooLong }, "routing_key: this has no more than 255 bytes"],
      [{ arguments: "a" }, "arguments: an object is expected here: received a text"],
    ],
  },
  {
    write: "POST /api/exchanges/%2F/amq.direct/publish",
    refused: [
      [{}, "[{key_missing,routing_key},{key_missing,properties},{key_missing,payload},{key_missing,payload_encoding}]"],
      [{ ...message, routing_key: 5 }, "routing_key: a text is expected here: received a number"],
      [{ ...message, routing_key: tooLong }, "routing_key: this has no more than 255 bytes"],
      [{ ...message, payload: 5 }, "payload: a text is expected here: received a number"],
      [{ ...message, payload_encoding: "hex" }, /^payload_encoding: one of string, base64 is expected/],
      [{ ...message, payload: "%", payload_encoding: "base64" }, "payload: this is no base64"],
      [{ ...message, properties: "a" }, "properties: an object is expected here: received a text"],
      [withProperties({ delivery_mode: "a" }), /^properties.delivery_mode: an integer from 0 to 255/],
      [withProperties({ priority: 256 }), /^properties.priority: an integer from 0 to 255/],
      [withProperties({ timestamp: -1 }), /^properties.timestamp: an integer from 0/],
      [withProperties({ expiration: 5 }), "properties.expiration: a text is expected here: received a number"],
      [withProperties({ message_id: tooLong }), "properties.message_id: this has no more than 255 bytes"],
      [withProperties({ headers: [1] }), "properties.headers: an object is expected here: received a list"],
    ],
  },
  {
    write: "POST /api/queues/%2F/q/get",
    given: ["/api/queues/%2F/q"],
    refused: [
      [{}, "[{key_missing,ackmode},{key_missing,count},{key_missing,encoding}]"],
      [{ ...get, ackmode: 5 }, "ackmode: a text is expected here: received a number"],
      [{ ...get, ackmode: "x" }, /^Invalid ackmode value: x/],
      [{ ...get, count: -1 }, /^count: an integer from 0/],
      [{ ...get, count: 1.5 }, /^count: an integer from 0/],
      [{ ...get, count: "many" }, /^count: an integer from 0/],
      [{ ...get, encoding: "hex" }, "Unsupported encoding. Please use auto or base64."],
      [{ ...get, truncate: -1 }, /^truncate: an integer from 0/],
      [{ ...get, ackmode: "peek", offset: "first" }, /^offset: an integer from 0/],
    ],
  },
  {
    write: "POST /api/queues/%2F/q/actions",
    given: ["/api/queues/%2F/q"],
    refused: [
      [{}, "[{key_missing,action}]"],
      [{ action: "stop" }, 'action: one of sync, cancel_sync is expected here: received "stop"'],
    ],
  },
  ...["move", "copy"].map((verb): BadInput => ({
    write: `POST /api/queues/%2F/q/${verb}`,
    given: ["/api/queues/%2F/q", "/api/queues/%2F/to"],
    refused: [
      [{}, "[{key_missing,destination}]"],
      [{ destination: 5 }, "destination: a text is expected here: received a number"],
      [{ destination: "none" }, "destination: no queue 'none' in vhost '/'"],
      [{ destination: "q" }, "destination: this is the queue itself"],
      [{ destination: "to", count: -1 }, /^count: an integer from 0/],
      [{ destination: "to", count: 1_000_001 }, /^count: an integer from 0 to 1000000 is expected/],
      [{ destination: "to", filter: "a" }, "filter: an object is expected here: received a text"],
      [{ destination: "to", filter: { routing_key: 5 } }, /^filter.routing_key: a text is expected/],
      [{ destination: "to", filter: { headers: [1] } }, /^filter.headers: an object is expected/],
    ],
  })),
  {
    write: "POST /api/queues/%2F/q/resend",
    given: ["/api/queues/%2F/q"],
    refused: [
      [{ count: "all" }, /^count: an integer from 0/],
      [{ filter: { reason: 5 } }, "filter.reason: a text is expected here: received a number"],
      [{ filter: { queue: [] } }, "filter.queue: a text is expected here: received a list"],
    ],
  },
  {
    write: "POST /api/exchanges/%2F/amq.direct/route",
    refused: [
      [{ routing_key: 5 }, "routing_key: a text is expected here: received a number"],
      [{ properties: 5 }, "properties: an object is expected here: received a number"],
      [{ properties: { headers: { CC: "q" } } }, /^invalid message: {unacceptable_type_in_header,"CC",longstr}$/],
    ],
  },
  {
    write: "POST /api/exchanges/%2F/amq.direct/messages",
    refused: [
      [{}, "messages: a list is expected here"],
      [{ messages: [[]] }, "messages[0]: an object is expected here"],
      [{ messages: [{}, { routing_key: tooLong }] }, "messages[1].routing_key: this has no more than 255 bytes"],
      [{ messages: [{ payload_encoding: "hex" }] }, /^messages\[0\].payload_encoding: one of string, base64/],
    ],
  },
  {
    write: "POST /api/queues/%2F/q/consume",
    given: ["/api/queues/%2F/q"],
    refused: [
      [{ count: 0 }, /^count: an integer from 1 to 1000/],
      [{ count: "many" }, /^count: an integer from 1 to 1000/],
      [{ timeout: 61 }, /^timeout: an integer from 0 to 60/],
      [{ ack_timeout: 0 }, /^ack_timeout: an integer from 1 to 1800/],
      [{ no_ack: "maybe" }, "no_ack: true or false is expected here: received a text"],
      [{ encoding: "hex" }, "encoding: auto or base64 is expected here"],
      [{ arguments: 5 }, "arguments: an object is expected here: received a number"],
    ],
  },
  ...["ack", "nack"].map((verb): BadInput => ({
    write: `POST /api/queues/%2F/q/${verb}`,
    given: ["/api/queues/%2F/q"],
    refused: [
      [{}, "[{key_missing,tokens}]"],
      [{ tokens: "a" }, "tokens: a list of up to 10000 tokens is expected here"],
      [{ tokens: [5] }, "tokens: a list of texts is expected here"],
    ],
  })),
];
